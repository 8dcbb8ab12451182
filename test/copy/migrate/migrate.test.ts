import { afterAll, beforeEach, expect, test } from 'vitest';
import { Selection } from '../../../src/selection/selection.js';
import { contents, fill, fillEveryType, startRedis } from '../../lab/index.js';
import { copyAll, digestOf, totals } from '../support.js';
import { byMigrate } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));
beforeEach(async () => {
  for (const server of [source, target]) await server.cli('FLUSHALL');
});
const transport = byMigrate(target);

test('every type and encoding, with and without expiry, in several databases, under odd names', async () => {
  await fillEveryType(source);
  const all = await contents(source);
  expect(totals(await copyAll(source, target, { transport }))).toMatchObject({ copied: all.size, gone: 0, skipped: 0 });
  expect(await digestOf(target)).toBe(await digestOf(source));
  expect(await contents(source)).toEqual(all);
});

test('many keys, one partition after the other', async () => {
  await fill(source, { keys: 200_000, bytes: 100 });
  const reports = await copyAll(source, target, { transport, partitions: 4 });
  expect(reports).toHaveLength(4);
  expect(await digestOf(target)).toBe(await digestOf(source));
  expect(totals(reports).copied).toBeLessThan(200_000 * 1.001);
});

test('sixteen databases, each to another one', async () => {
  for (let database = 0; database < 16; database++) await fill(source, { keys: 50, database, prefix: `db${database}` });
  const databases = Object.fromEntries(Array.from({ length: 16 }, (_, db) => [db, (db + 1) % 16]));
  const selection = Selection.of({ filter: null, rename: { databases, prefix: null } });
  expect(totals(await copyAll(source, target, { transport, selection })).copied).toBe(800);
  const renamed = [...(await contents(source))].map(([key, content]) => [
    key.replace(/^\d+/, db => String((Number(db) + 1) % 16)),
    content,
  ]);
  expect(Object.fromEntries(await contents(target))).toEqual(Object.fromEntries(renamed));
});

test('only what is selected, by name and type', async () => {
  await fillEveryType(source);
  const filter = { match: ['*string*'], exclude: ['*int*'], types: ['string'], databases: [0] };
  await copyAll(source, target, { transport, selection: Selection.of({ filter, rename: null }) });
  const keys = [...(await contents(target)).keys()];
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.filter(key => !/^0\/.*string/.test(key) || /int/.test(key))).toEqual([]);
});

test('skip: what the target has it keeps, the rest is copied', async () => {
  await fill(source, { keys: 5000 });
  for (const name of ['key:7', 'key:2500', 'other']) await target.cli('SET', name, 'of the target');
  expect(totals(await copyAll(source, target, { transport, onConflict: 'skip' }))).toMatchObject({
    copied: 4998,
    skipped: 2,
  });
  expect(await target.cli('GET', 'key:2500')).toBe('of the target');
  expect(await target.cli('DBSIZE')).toBe('5001');
});

test('replace: the keys of the source are on the target as they are, its other keys stay', async () => {
  await fill(source, { keys: 5000 });
  for (const name of ['key:7', 'key:2500', 'other']) await target.cli('SET', name, 'of the target');
  expect(totals(await copyAll(source, target, { transport }))).toMatchObject({ copied: 5000, skipped: 0 });
  await target.cli('DEL', 'other');
  expect(await digestOf(target)).toBe(await digestOf(source));
});
