import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareValue } from '../../src/values/compare-value.js';
import { rows } from './rows.js';
import { startTwo, type TwoServers } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const key = 'key';

describe.each(rows)('$name', ({ make, alike = make, changes }) => {
  beforeEach(async () => {
    await two.run('source', make(key));
    await two.run('target', alike(key));
  });

  test('is the same however it was made', async () => {
    expect(await compareValue(two.pair(key))).toEqual({ outcome: 'same', evidence: '' });
  });

  test.each(Object.entries(changes))('differs by %s, on either side', async (_, change) => {
    await two.run('target', change(key));
    const first = await compareValue(two.pair(key));
    expect(first.outcome).toBe('different');
    expect(await compareValue(two.pair(key))).toEqual(first);
    await two.run('target', [['DEL', key], ...alike(key)]);
    await two.run('source', change(key));
    expect((await compareValue(two.pair(key))).outcome).toBe('different');
  });
});

test('a key that one side lacks, or both', async () => {
  await two.run('source', [['SET', 'ours', 1]]);
  await two.run('target', [['RPUSH', 'theirs', 1]]);
  expect(await compareValue(two.pair('ours'))).toMatchObject({ outcome: 'missing' });
  expect(await compareValue(two.pair('theirs'))).toMatchObject({ outcome: 'extra' });
  expect(await compareValue(two.pair('nobody’s'))).toMatchObject({ outcome: 'gone' });
});

test('another type is a difference', async () => {
  await two.run('source', [['SADD', key, 'a']]);
  await two.run('target', [
    ['SADD', 'other', 'a'],
    ['LPUSH', key, 'a'],
  ]);
  expect((await compareValue(two.pair(key))).outcome).toBe('different');
});

test('keys of any bytes, and of none', async () => {
  for (const name of [Buffer.alloc(0), Buffer.from([0, 13, 10, 255])]) {
    await two.run('source', [['HSET', name, 'a', 1]]);
    expect((await compareValue(two.pair(name))).outcome).toBe('missing');
    await two.run('target', [['HSET', name, 'a', 1]]);
    expect((await compareValue(two.pair(name))).outcome).toBe('same');
  }
});

test('the evidence changes when the source changes there, and else stays', async () => {
  await two.run('source', [['HSET', key, 'a', 1, 'b', 1]]);
  await two.run('target', [['HSET', key, 'a', 2, 'b', 1]]);
  const { evidence: first } = await compareValue(two.pair(key));
  await two.run('target', [['HSET', key, 'a', 3]]);
  expect((await compareValue(two.pair(key))).evidence).toBe(first);
  await two.run('source', [['HSET', key, 'a', 4]]);
  expect((await compareValue(two.pair(key))).evidence).not.toBe(first);
});
