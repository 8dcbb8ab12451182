import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { compareValue } from '../../src/values/compare-value.js';
import { opaque } from '../../src/values/opaque.js';
import { groupsDifference } from '../../src/values/stream/groups.js';
import { nextId } from '../../src/values/stream/id.js';
import { zset } from '../../src/values/zset.js';
import { startTwo, type TwoServers, Watched } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const texts = (...items: string[]): Buffer[] => items.map(item => Buffer.from(item));

test('scores are compared as printed, or as the numbers that different versions print differently', () => {
  const same = (one: string, other: string) => zset.whole?.same(texts('m', one), texts('m', other));
  expect(same('0.1', '0.10000000000000001')).toBe(true);
  expect(same('inf', 'inf')).toBe(true);
  expect(same('inf', '-inf')).toBe(false);
  expect(same('0.1', '0.2')).toBe(false);
});

test('expiries of hash fields count where both servers know them, within the tolerance', async () => {
  for (const side of ['source', 'target'] as const) await two.run(side, [['HSET', 'key', 'a', 1, 'b', 2]]);
  const expiring = (expiries: number[]) => ({ HPEXPIRETIME: () => expiries });
  const compare = async (ours: number[], theirs: number[], fieldExpiry = true) => {
    const [source, target] = [new Watched(two.source, expiring(ours)), new Watched(two.target, expiring(theirs))];
    return (await compareValue(two.pair('key', { source, target, fieldExpiry }))).outcome;
  };
  expect(await compare([-1, 1_900_000_000_000], [-1, 1_900_000_000_000])).toBe('same');
  expect(await compare([-1, 1_900_000_000_000], [-1, 1_900_000_001_000])).toBe('same');
  expect(await compare([-1, 1_900_000_000_000], [-1, 1_900_000_001_001])).toBe('different');
  expect(await compare([-1, 1_900_000_000_000], [-1, -1])).toBe('different');
  expect(await compare([-1, 1_900_000_000_000], [-1, -1], false)).toBe('same');
});

test('fields that still count but have expired are no difference', async () => {
  for (const side of ['source', 'target'] as const) await two.run(side, [['HSET', 'key', 'a', 1]]);
  const target = new Watched(two.target, { HLEN: () => 2 });
  expect((await compareValue(two.pair('key', { target }))).outcome).toBe('same');
});

test('a consumer with nothing pending is no difference where replicas are not told of it', async () => {
  const make = [
    ['XADD', 'key', '1-0', 'a', 1],
    ['XGROUP', 'CREATE', 'key', 'readers', 0],
  ];
  for (const side of ['source', 'target'] as const) await two.run(side, make);
  await two.run('source', [['XGROUP', 'CREATECONSUMER', 'key', 'readers', 'anna']]);
  expect(await groupsDifference(two.pair('key'), false)).toBeNull();
  expect(await groupsDifference(two.pair('key'), true)).not.toBeNull();
});

test('a type that is not known is compared by its payload', async () => {
  for (const side of ['source', 'target'] as const) await two.run(side, [['SET', 'key', 'x'.repeat(300_000)]]);
  expect(await opaque.difference(two.pair('key'))).toBeNull();
  await two.run('target', [['SETRANGE', 'key', 299_999, 'y']]);
  const evidence = await opaque.difference(two.pair('key'));
  expect(evidence).toEqual(expect.any(String));
  expect(await opaque.difference(two.pair('key'))).toBe(evidence);
});

test('a key whose type changes between two pieces is a difference that has not settled', async () => {
  await two.run('source', [['HSET', 'key', 'a', 1]]);
  await two.run('target', [['SET', 'key', 1]]);
  const target = new Watched(two.target, { TYPE: () => 'hash' });
  expect((await compareValue(two.pair('key', { target }))).outcome).toBe('different');
});

test.each([
  ['5-3', '5-4'],
  ['0-0', '0-1'],
  ['7-18446744073709551615', '8-0'],
])('the id after %s is %s', (id, next) => {
  expect(nextId(Buffer.from(id))).toBe(next);
});
