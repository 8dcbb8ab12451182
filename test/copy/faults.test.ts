import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { copyPartition, type PartitionProgress } from '../../src/copy/index.js';
import { fill, type RedisOptions, type RedisServer, startProxy, startRedis, waitFor } from '../lab/index.js';
import { anybody, copyAll, digestOf, endpoint, requestOf, totals, unlimited } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();
const whole = { db: 0, from: '0', to: null };
const never = new AbortController().signal;

const others: RedisServer[] = [];
afterEach(async () => {
  for (const server of others.splice(0)) await server.discard();
});
async function another(options: RedisOptions): Promise<RedisServer> {
  const server = await startRedis({ persistence: 'none', ...options });
  others.push(server);
  return server;
}

/** Goes on from a report's checkpoint. */
async function goOn(resume: PartitionProgress, to: RedisServer) {
  const endpoints = { source: endpoint('source', source), target: endpoint('target', to) };
  return copyPartition(
    endpoints,
    { ...requestOf(whole), resume },
    { onProgress: () => {}, signal: never, writer: anybody },
  );
}

test('a full target is a finding at once; when its maxmemory is raised, it goes on', async () => {
  await fill(source, { keys: 20_000, bytes: 1000 });
  const full = await another({ config: { maxmemory: '12mb' } });
  const [report] = await copyAll(source, full);
  expect(report?.finding).toMatchObject({ type: 'TargetFull', message: expect.stringMatching(/^target .*OOM/) });
  const resume = report?.progress as PartitionProgress;
  expect(resume.copied).toBeGreaterThan(0);
  expect(resume.copied).toBeLessThanOrEqual(Number(await full.cli('DBSIZE')));
  await full.cli('CONFIG', 'SET', 'maxmemory', '0');
  const { progress, finding } = await goOn(resume, full);
  expect(finding).toBeNull();
  expect(progress).toMatchObject({ done: true, scanned: 20_000, copied: 20_000 });
  expect(await digestOf(full)).toBe(await digestOf(source));
});

test('a target whose saves fail refuses writes: a finding after some seconds, and it goes on when that is mended', async () => {
  await fill(source, { keys: 100 });
  const failing = await another({ persistence: 'rdb', config: { dbfilename: 'blocked.rdb' } });
  mkdirSync(join(failing.dir, 'blocked.rdb'));
  await failing.cli('BGSAVE');
  const status = async () => (await failing.info('persistence')).rdb_last_bgsave_status;
  await waitFor(status, { what: 'a failed save', until: it => it === 'err' });
  const startedAt = performance.now();
  const [report] = await copyAll(source, failing, { sliceMs: 1000 });
  expect(performance.now() - startedAt).toBeGreaterThan(4500);
  expect(report?.finding).toMatchObject({ type: 'WritesRefused', message: expect.stringContaining('MISCONF') });
  expect(report?.progress).toMatchObject({ scanned: 0, copied: 0 });
  await failing.cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no');
  expect((await goOn(report?.progress as PartitionProgress, failing)).progress).toMatchObject({
    done: true,
    copied: 100,
  });
});

test('a target that is a replica for a moment is waited for', async () => {
  await fill(source, { keys: 100 });
  await target.cli('REPLICAOF', '127.0.0.1', '1');
  const copying = copyAll(source, target);
  await waitFor(async () => (await target.info('errorstats')).errorstat_READONLY, { what: 'a refusal' });
  await target.cli('REPLICAOF', 'NO', 'ONE');
  const [report] = await copying;
  expect(report).toMatchObject({ finding: null, progress: { done: true, copied: 100 } });
});

test('a script that keeps the source busy is waited for', async () => {
  await fill(source, { keys: 20_000 });
  await source.cli('CONFIG', 'SET', 'busy-reply-threshold', '50');
  let script: Promise<unknown> | undefined;
  const onProgress = () => {
    script ??= source.cli('EVAL', 'while true do end', '0').catch(() => {});
  };
  const copying = copyAll(source, target, { onProgress, rate: { ...unlimited, maxKeysPerSecond: 40_000 } });
  await waitFor(() => source.cli('PING').catch(String), { what: 'BUSY', until: it => it.includes('BUSY') });
  await sleep(200); // Time to meet it.
  await source.cli('SCRIPT', 'KILL');
  await script;
  expect(totals(await copying).copied).toBe(20_000);
});

describe.each(['source', 'target'] as const)('without a right on the %s', side => {
  test('it says which, at once', async () => {
    const denied = { source: '-dump', target: '-restore' }[side];
    const login = { username: 'copier', password: 'secret' };
    const [from, to] = await Promise.all([another({ users: [] }), another({})]);
    const restricted = side === 'source' ? from : to;
    await restricted.cli('ACL', 'SETUSER', 'copier', 'on', '>secret', '~*', '+@all', denied);
    await fill(from, { keys: 10 });
    const endpoints = { source: endpoint('source', from), target: endpoint('target', to) };
    const { finding, progress } = await copyPartition(
      { ...endpoints, [side]: { ...endpoints[side], ...login } },
      requestOf(whole),
      { onProgress: () => {}, signal: never, writer: anybody },
    );
    expect(finding).toMatchObject({ type: 'PermissionMissing', message: expect.stringMatching(`^${side} `) });
    expect(progress).toMatchObject({ done: false, copied: 0 });
  });
});

test('a source whose connections are cut every second', async () => {
  await fill(source, { keys: 150_000 });
  const link = await startProxy({ to: source });
  const cutting = setInterval(() => void link.cut().then(() => link.restore()), 1000);
  try {
    const rate = { ...unlimited, maxKeysPerSecond: 50_000 };
    const [report] = await copyAll(link, target, { rate });
    expect(report).toMatchObject({ finding: null, progress: { done: true, scanned: 150_000 } });
    expect(await digestOf(target)).toBe(await digestOf(source));
  } finally {
    clearInterval(cutting);
    await link.close();
  }
});

describe.each(['source', 'target'] as const)('while the %s says nothing', side => {
  test('the signal is answered at once, and connections are closed', async () => {
    await fill(source, { keys: 50_000 });
    const stop = new AbortController();
    const server = side === 'source' ? source : target;
    let abortedAt = 0;
    const onProgress = () => {
      if (abortedAt > 0) return;
      server.pauseProcess();
      abortedAt = performance.now() + 100;
      setTimeout(() => stop.abort(), 100);
    };
    try {
      const rate = { ...unlimited, maxKeysPerSecond: 20_000 };
      const [report] = await copyAll(source, target, { rate, onProgress, signal: stop.signal });
      expect(performance.now() - abortedAt).toBeLessThan(1000);
      expect(report).toMatchObject({ finding: null, progress: { done: false } });
      const other = side === 'source' ? target : source;
      const clients = () => other.cli('CLIENT', 'LIST');
      const none = (list: string) => !list.includes('redis-migration-copy');
      await waitFor(clients, { what: 'no connection', until: none, timeoutMs: 2000 });
    } finally {
      server.resumeProcess();
    }
  });
});

test('keys that are written, deleted, renewed and made anew all the time are no errors', async () => {
  await fill(source, { keys: 20_000 });
  const types = [
    ['SET', 1],
    ['DEL'],
    ['PERSIST'],
    ['PEXPIRE', 50],
    ['LPUSH', 1],
    ['HSET', 'a', 1],
    ['SADD', 1],
  ] as const;
  let writing = true;
  const writer = (async () => {
    const connection = await source.connect();
    for (let n = 0; writing; n++) {
      const [command, ...args] = types[n % types.length] ?? ['DEL'];
      await connection.pipeline(
        Array.from({ length: 50 }, (_, k) => [command, `key:${(n * 50 + k * 97) % 20_000}`, ...args]),
      );
    }
    connection.close();
  })();
  const rate = { ...unlimited, maxKeysPerSecond: 40_000 };
  const [report] = await copyAll(source, target, { rate });
  writing = false;
  await writer;
  expect(report).toMatchObject({ finding: null, progress: { done: true, skipped: 0 } });
  await target.cli('FLUSHALL');
  expect((await copyAll(source, target))[0]).toMatchObject({ finding: null, progress: { done: true } });
  await waitFor(async () => (await digestOf(target)) === (await digestOf(source)), { what: 'both to be the same' });
});
