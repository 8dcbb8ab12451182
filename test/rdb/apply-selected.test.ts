import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import { contents, fillEveryType, type RedisServer, startRedis } from '../lab/index.js';
import { applyFile, snapshotOf } from './apply-support.js';

let source: RedisServer;
let target: RedisServer;
let dir = '';
let file = '';
beforeAll(async () => {
  [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
  dir = await mkdtemp(path.join(tmpdir(), 'apply-'));
  file = path.join(dir, 'dump.rdb');
  await fillEveryType(source);
  await source.cli('SET', '__redis-migration:promoted', 'a marker');
  await writeFile(file, (await snapshotOf(source)).bytes);
});
afterAll(async () => {
  await Promise.all([source.discard(), target.discard(), rm(dir, { recursive: true })]);
});
beforeEach(() => target.cli('FLUSHALL'));

const filter = { match: [], exclude: [], types: [], databases: [] };

test('only the selected keys, under their names on the target', async () => {
  const selection = Selection.of({
    filter: { ...filter, match: ['hash:*', 'zset:*', 'string:*'], exclude: ['*big*'], databases: [0, 3] },
    rename: { databases: { '3': 7 }, prefix: { from: 'hash:', to: 'h:' } },
  });
  const all = await contents(source);
  const { progress } = await applyFile(file, target, { selection });
  const wanted = [...all]
    .filter(([name]) => /^(0|3)\/(hash|zset|string):/.test(name) && !name.includes('big'))
    .map(([name, content]) => [name.replace(/^3/, '7').replace(/\/hash:/, '/h:'), content] as const);
  expect(progress).toMatchObject({ done: true, copied: wanted.length });
  expect(await contents(target)).toEqual(new Map(wanted));
});

test('only the selected types', async () => {
  await applyFile(file, target, {
    selection: Selection.of({ filter: { ...filter, types: ['stream', 'list'] }, rename: null }),
  });
  const wanted = [...(await contents(source)).keys()].filter(name => /^\d+\/(stream|list):/.test(name));
  expect([...(await contents(target)).keys()].toSorted()).toEqual(wanted.toSorted());
});

test("the product's own keys stay where they are", async () => {
  await applyFile(file, target);
  expect(await target.cli('EXISTS', '__redis-migration:promoted')).toBe('0');
});

test('a check counts what the target has already, names some, and changes nothing', async () => {
  await target.cli('SET', 'hash:listpack', 'mine');
  await target.cli('SET', 'string:int', 'mine');
  const before = await contents(target);
  const { progress } = await applyFile(file, target, { mode: 'check' });
  expect(progress).toMatchObject({ done: true, conflicts: 2, copied: 0 });
  expect(progress.examples.toSorted()).toEqual(['"hash:listpack"', '"string:int"']);
  expect(await contents(target)).toEqual(before);
});

test('with skip, keys that are there already stay as they are', async () => {
  await target.cli('SET', 'hash:listpack', 'mine');
  await target.cli('SET', 'string:int', 'mine');
  const { progress } = await applyFile(file, target, { onConflict: 'skip' });
  expect(progress).toMatchObject({ skipped: 2, copied: (await contents(source)).size - 3 });
  expect(await target.cli('GET', 'hash:listpack')).toBe('mine');
  expect(await target.cli('GET', 'string:int')).toBe('mine');
});

test('with replace, they are replaced, expiries too', async () => {
  await target.cli('SET', 'hash:listpack', 'mine', 'EX', '1000');
  await target.cli('RPUSH', 'string:int', 'mine');
  await applyFile(file, target);
  expect(await contents(target)).toEqual(
    new Map([...(await contents(source))].filter(([name]) => !name.includes('__redis'))),
  );
});

test('how keys were used is told where the target evicts by it', async () => {
  const lru = await startRedis({ persistence: 'none', config: { 'maxmemory-policy': 'allkeys-lru' } });
  await lru.cli('SET', 'used', 'x');
  await lru.cli('RPUSH', 'used:list', 'x');
  await lru.cli('DEBUG', 'SLEEP', '1.1');
  await writeFile(path.join(dir, 'lru.rdb'), (await snapshotOf(lru)).bytes);
  await lru.cli('FLUSHALL');
  await applyFile(path.join(dir, 'lru.rdb'), lru);
  for (const key of ['used', 'used:list']) expect(Number(await lru.cli('OBJECT', 'IDLETIME', key))).toBeGreaterThan(0);
  await lru.discard();
});

test('an expiry that is over already leaves no key, not even the old one', async () => {
  const past = await startRedis({ persistence: 'none' });
  await past.cli('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
  for (const words of [
    ['SET', 'string', 'x'],
    ['RPUSH', 'list', 'x'],
  ] as const) {
    await past.cli(...words);
    await past.cli('PEXPIRE', words[1], '1');
    await target.cli('SET', words[1], 'old');
  }
  await writeFile(path.join(dir, 'past.rdb'), (await snapshotOf(past)).bytes);
  const { progress } = await applyFile(path.join(dir, 'past.rdb'), target);
  expect(progress).toMatchObject({ scanned: 2, done: true });
  expect((await contents(target)).size).toBe(0);
  await past.discard();
});
