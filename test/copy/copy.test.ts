import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { contents, fill, fillEveryType, type RedisServer, startRedis } from '../lab/index.js';
import { copyAll, digestOf, totals } from './support.js';

let source: RedisServer;
let target: RedisServer;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
});
beforeEach(async () => {
  await source.cli('FLUSHALL');
  await target.cli('FLUSHALL');
});
afterAll(async () => {
  await source.discard();
  await target.discard();
});

test('every type and encoding, with and without expiry, in several databases, under odd names', async () => {
  await fillEveryType(source);
  const all = await contents(source);
  expect(totals(await copyAll(source, target))).toMatchObject({ copied: all.size, gone: 0, skipped: 0 });
  expect(await contents(target)).toEqual(all);
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('many keys in partitions, side by side', async () => {
  const keys = 400_000;
  await fill(source, { keys, bytes: 40 });
  const reports = await copyAll(source, target, { partitions: 4 });
  expect(reports).toHaveLength(4);
  expect(Number(await target.cli('DBSIZE'))).toBe(keys);
  expect(await digestOf(target)).toBe(await digestOf(source));
  // Each partition may give a few keys of the next one, too.
  expect(totals(reports).copied).toBeLessThan(keys * 1.001);
});
