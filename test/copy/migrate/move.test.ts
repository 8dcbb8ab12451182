import { afterAll, beforeEach, expect, test } from 'vitest';
import { copyPartition } from '../../../src/copy/index.js';
import { contents, fill, fillEveryType, type RedisServer, startProxy, startRedis, waitFor } from '../../lab/index.js';
import {
  anybody,
  type CopyAll,
  copyAll,
  digestOf,
  endpoint,
  requestOf,
  throughJson,
  totals,
  unlimited,
} from '../support.js';
import { byMigrate, expectSame } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));
beforeEach(async () => {
  for (const server of [source, target]) await server.cli('FLUSHALL');
});

const move = (options: CopyAll = {}) =>
  copyAll(source, target, { transport: byMigrate(target, true), onConflict: 'skip', ...options });

const sizes = async () => [Number(await source.cli('DBSIZE')), Number(await target.cli('DBSIZE'))];

const namesOn = async (server: RedisServer) => (await server.cli('KEYS', '*')).split('\n');

test('every type and encoding is on the target, and no longer on the source', async () => {
  await fillEveryType(source);
  const all = await contents(source);
  expect(totals(await move())).toMatchObject({ copied: all.size, skipped: 0 });
  expectSame(await contents(target), all);
  expect([...(await contents(source)).keys()]).toEqual([]);
});

test('each key is counted once, though SCAN gives some again while the table shrinks', async () => {
  await fill(source, { keys: 140_000 });
  expect(totals(await move())).toMatchObject({ copied: 140_000 });
  expect(await sizes()).toEqual([0, 140_000]);
});

test('big keys too, which the worker copies and then deletes at the source', async () => {
  await source.cli('SET', 'big', 'x'.repeat(3 << 20), 'PX', '100000');
  await source.cli('EVAL', "for i=1,40000 do redis.call('HSET','hash','field'..i,i) end", '0');
  expect(totals(await move())).toMatchObject({ copied: 2, inPieces: 2 });
  expect(await sizes()).toEqual([0, 2]);
  expect(await target.cli('HLEN', 'hash')).toBe('40000');
  expect(Number(await target.cli('PTTL', 'big'))).toBeGreaterThan(80_000);
});

test('a key that both have stays on both while it differs, and is moved when it is the same', async () => {
  await fill(source, { keys: 1000 });
  await target.cli('SET', 'key:1', 'of the target');
  await target.cli('SET', 'key:2', String(await source.cli('GET', 'key:2')));
  await source.cli('SET', 'key:3', 'same', 'PX', '100000');
  await target.cli('SET', 'key:3', 'same');
  expect(totals(await move())).toMatchObject({ copied: 998, skipped: 2 });
  expect(await sizes()).toEqual([2, 1000]);
  expect(await target.cli('GET', 'key:1')).toBe('of the target');
  expect(await source.cli('GET', 'key:1')).not.toBe('of the target');
});

test('a link that is cut in the middle of calls leaves each key on one side at least', async () => {
  await fill(source, { keys: 40_000, bytes: 100 });
  const before = await digestOf(source);
  const proxy = await startProxy({ to: target });
  const stop = new AbortController();
  try {
    const moving = move({ transport: byMigrate(proxy, true), signal: stop.signal });
    await waitFor(() => proxy.forwarded > 1_500_000, { what: 'some keys to be sent' });
    await proxy.cut();
    const [onSource, onTarget] = [await namesOn(source), await namesOn(target)];
    expect(new Set([...onSource, ...onTarget]).size).toBe(40_000);
    expect(Math.min(onSource.length, onTarget.length)).toBeGreaterThan(0);
    await proxy.restore();
    await moving;
    await move();
    expect(await sizes()).toEqual([0, 40_000]);
    expect(await digestOf(target)).toBe(before);
  } finally {
    stop.abort();
    await proxy.close();
  }
}, 60_000);

test('a target that is killed in the middle leaves at the source what it has not taken', async () => {
  const fragile = await startRedis({ persistence: 'aof', config: { appendfsync: 'always' } });
  try {
    await fill(source, { keys: 60_000, bytes: 100 });
    const moving = move({ transport: byMigrate(fragile, true) });
    await waitFor(async () => Number(await fragile.cli('DBSIZE')) > 5000, { what: 'some keys to be moved' });
    await fragile.restart({ graceful: false });
    await moving;
    const left = Number(await source.cli('DBSIZE'));
    expect([left, Number(await fragile.cli('DBSIZE'))]).toEqual([0, 60_000]);
  } finally {
    await fragile.discard();
  }
}, 60_000);

test('a target that restarts empty in the middle is said, and what was moved to it stays counted', async () => {
  const fragile = await startRedis({ persistence: 'none' });
  try {
    await fill(source, { keys: 20_000 });
    const endpoints = { source: endpoint('source', source), target: endpoint('target', fragile) };
    const request = requestOf(
      { db: 0, from: '0', to: null },
      { onConflict: 'skip', transport: byMigrate(fragile, true), rate: { ...unlimited, maxKeysPerSecond: 4000 } },
    );
    const hooks = { onProgress: () => {}, signal: new AbortController().signal, writer: anybody };
    const moving = copyPartition(endpoints, request, hooks);
    await waitFor(async () => Number(await fragile.cli('DBSIZE')) > 1000, { what: 'some keys to be moved' });
    // Between two calls: the source finds the new process, without a failure.
    await source.cli('CLIENT', 'PAUSE', '20000', 'WRITE');
    await fragile.restart({ graceful: false });
    await source.cli('CLIENT', 'UNPAUSE');
    const { progress, finding } = await moving;
    expect(finding).toMatchObject({ type: 'TargetChanged' });
    expect(progress).toMatchObject({ done: false });
    expect(progress.copied).toBeGreaterThan(1000);
    const rest = await copyPartition(endpoints, { ...request, rate: unlimited, resume: throughJson(progress) }, hooks);
    expect(rest).toMatchObject({ finding: null, progress: { done: true } });
    expect(rest.progress.copied).toBeGreaterThan(Number(await fragile.cli('DBSIZE')));
    expect(await source.cli('DBSIZE')).toBe('0');
  } finally {
    await fragile.discard();
  }
}, 60_000);

test('what a client writes again after it was moved does not overwrite what was moved', async () => {
  await source.cli('SET', 'counter', '100');
  await move();
  await source.cli('INCR', 'counter');
  expect(totals(await move())).toMatchObject({ copied: 0, skipped: 1 });
  expect(await target.cli('GET', 'counter')).toBe('100');
  expect(await source.cli('GET', 'counter')).toBe('1');
});

test('no move can be asked to overwrite', async () => {
  await source.cli('SET', 'key', '1');
  await expect(move({ onConflict: 'replace' })).rejects.toThrow('a move never overwrites');
});
