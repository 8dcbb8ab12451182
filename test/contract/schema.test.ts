import { expect, test } from 'vitest';
import { integer } from '../../src/contract/fields.js';
import { Problems } from '../../src/contract/problems.js';
import { object, orNull, partial, required, withDefault } from '../../src/contract/schema.js';

const count = integer(1, 9);
const read = <T>(reader: (value: unknown, path: string, problems: Problems) => T, value: unknown) => {
  const problems = new Problems();
  return { value: reader(value, 'x', problems), problems: problems.texts().length };
};

test('a default that its own field refuses is a mistake of ours, found when the schema is loaded', () => {
  expect(() => withDefault(count, 10)).toThrow(TypeError);
});

test('while the rest is read, something sound stands in for what was refused', () => {
  expect(read(withDefault(count, 5), 10)).toEqual({ value: 5, problems: 1 });
  expect(read(withDefault(count, 5), null)).toEqual({ value: 5, problems: 1 });
  expect(read(required(count, 1), 10)).toEqual({ value: 1, problems: 1 });
  expect(read(required(count, 1), undefined)).toEqual({ value: 1, problems: 1 });
  expect(read(orNull(count), 10)).toEqual({ value: null, problems: 1 });
  expect(read(object({ a: withDefault(count, 5) }), [])).toEqual({ value: { a: 5 }, problems: 1 });
  expect(read(partial({ a: count }), { a: 10 })).toEqual({ value: {}, problems: 1 });
});

test('of many unknown fields twenty are named and the rest counted', () => {
  const textsOf = (fields: number) => {
    const problems = new Problems();
    object({})(Object.fromEntries(Array.from({ length: fields }, (_, index) => [`f${index}`, 1])), 'x', problems);
    return problems.texts();
  };
  expect(textsOf(20)).toHaveLength(20);
  expect(textsOf(23)).toHaveLength(21);
  expect(textsOf(23).at(-1)).toBe('x: has 3 more unknown fields');
});
