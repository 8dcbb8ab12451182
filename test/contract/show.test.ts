import { expect, test } from 'vitest';
import { Problems } from '../../src/contract/problems.js';
import { kindOf, pathTo, show } from '../../src/contract/show.js';

test.each([
  ['soon', '"soon"'],
  ['a"b', '"a\\"b"'],
  ['\u001b[31mred\u202e\n', '"\\u001b[31mred\\u202e\\n"'],
  ['x'.repeat(60), `"${'x'.repeat(60)}"`],
  ['x'.repeat(61), `"${'x'.repeat(60)}..."`],
  ['\u0001'.repeat(20), `"${'\\u0001'.repeat(10)}..."`],
  ['redis://user:pass', 'a string of 17 characters'],
  ['me@home', 'a string of 7 characters'],
  [5, '5'],
  [Number.NaN, 'NaN'],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'nothing'],
  [[], 'an array'],
  [{}, 'an object'],
  [5n, 'a bigint'],
  [Symbol('x'), 'a symbol'],
])('%s is shown as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test('of a secret only the kind is told', () => {
  expect([kindOf('hunter2'), kindOf(5)]).toEqual(['a string', 'a number']);
});

test('a path takes plain names with dots, and others in brackets', () => {
  expect(pathTo('', 'source')).toBe('source');
  expect(pathTo('source', 'url')).toBe('source.url');
  expect(pathTo('source', '__proto__')).toBe('source.__proto__');
  expect(pathTo('source', 'a.b')).toBe('source["a.b"]');
  expect(pathTo('', '\n')).toBe('["\\n"]');
});

test('a refused value refuses what is in it, but not what it is in', () => {
  const problems = new Problems();
  problems.add('source', 'expected an object');
  expect(problems.refused('source')).toBe(true);
  expect(problems.refused('source.url')).toBe(true);
  expect(problems.refused('sources')).toBe(false);
  expect(problems.refused('')).toBe(false);
  problems.add('', 'expected an object');
  expect(problems.refused('target')).toBe(true);
});

test('problems beyond the fiftieth are counted', () => {
  const problems = new Problems();
  for (let index = 0; index < 60; index += 1) problems.add(`accept[${index}]`, 'no');
  expect(problems.texts()).toHaveLength(51);
  expect(problems.texts().at(-1)).toBe('and 10 more');
});
