import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { spoolSnapshot } from '../../src/rdb/file/spool.js';
import { openAll } from '../../src/resp/open-all.js';
import { compareValue } from '../../src/values/compare-value.js';
import { endpoint } from '../copy/support.js';
import { type Command, type Connection, fill, type RedisServer, startRedis } from '../lab/index.js';
import { applyFile } from './apply-support.js';

let source: RedisServer;
let target: RedisServer;
let dir = '';
beforeAll(async () => {
  const config = { rdbcompression: 'no' };
  [source, target] = await Promise.all([
    startRedis({ persistence: 'none', config }),
    startRedis({ persistence: 'none', config }),
  ]);
  dir = await mkdtemp(path.join(tmpdir(), 'apply-'));
});
afterAll(async () => {
  await Promise.all([source.discard(), target.discard(), rm(dir, { recursive: true })]);
});

async function make(
  server: RedisServer,
  commands: (connection: Connection) => AsyncIterable<Command[]> | Iterable<Command[]>,
) {
  const connection = await server.connect();
  for await (const each of commands(connection)) {
    const replies = await connection.pipeline(each);
    for (const reply of replies) if (reply instanceof Error) throw reply;
  }
  connection.close();
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);

function* bigValues(): Iterable<Command[]> {
  const text = (n: number) => `${n}:${'abcdefghij'.repeat(10)}`;
  yield [
    ['SET', 'string', 'x'.repeat(8 << 20)],
    ['SET', 'string:expiring', 'y'.repeat(1 << 20), 'EX', '1000'],
  ];
  yield [['RPUSH', 'list:big-elements', ...numbers(0, 5).map(n => String(n).repeat(3 << 20))]];
  for (let from = 0; from < 1_000_000; from += 5000) {
    const batch = numbers(from, from + 5000);
    yield [['HSET', 'hash', ...batch.flatMap(n => [`field:${n}`, n])]];
    if (from < 300_000) yield [['RPUSH', 'list', ...batch.map(text)]];
    if (from < 100_000)
      yield [
        ['SADD', 'set', ...batch.map(text)],
        ['ZADD', 'zset', ...batch.flatMap(n => [n / 3, `m:${n}`])],
      ];
    if (from < 50_000) yield batch.map(n => ['XADD', 'stream', `${n + 1}-0`, 'n', text(n)]);
  }
  yield [
    ['XGROUP', 'CREATE', 'stream', 'readers', '0'],
    ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', '3000', 'STREAMS', 'stream', '>'],
    ['XREADGROUP', 'GROUP', 'readers', 'bert', 'COUNT', '3000', 'STREAMS', 'stream', '>'],
    ['XDEL', 'stream', '7-0', '4000-0', '30000-0', '50000-0'],
    ['XGROUP', 'CREATE', 'stream', 'idle', '$'],
  ];
}

/** With groups and pending entries, of which DEBUG DIGEST knows nothing. */
async function compareStream() {
  const [one, other] = await openAll([
    [endpoint('source', source), {}],
    [endpoint('target', target), {}],
  ]);
  const pair = { source: one, target: other, key: Buffer.from('stream'), toleranceMs: 0, fieldExpiry: false };
  return compareValue(pair).finally(() => {
    one.close();
    other.close();
  });
}

/** Of the transactions that the pieces are: what 99 of 100 take at most. A machine that is busy delays single ones of them. */
async function slowestMs(): Promise<number> {
  const { latency_percentiles_usec_exec: told = '' } = await target.info('latencystats');
  return Number(/p99=([\d.]+)/.exec(told)?.[1]) / 1000;
}

test('values of any size go piece by piece: little memory, and no command that takes long', async () => {
  await make(source, bigValues);
  const { path: file, bytes } = await spoolSnapshot(endpoint('source', source), { spoolDir: path.join(dir, 'spool') });
  expect(bytes).toBeGreaterThan(80 << 20);
  await target.cli('CONFIG', 'RESETSTAT');
  const rss = process.memoryUsage.rss();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() - rss);
  }, 10);
  const { progress, finding } = await applyFile(file, target);
  clearInterval(timer);
  expect(finding).toBe(null);
  expect(progress).toMatchObject({ scanned: 8, copied: 8, inPieces: 8, unheld: [] });
  expect(peak).toBeLessThan(80 << 20);
  expect(await slowestMs()).toBeLessThan(50);
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(await source.cli('DEBUG', 'DIGEST'));
  expect(await compareStream()).toMatchObject({ outcome: 'same' });
  const expiries = [source, target].map(server => server.cli('PEXPIRETIME', 'string:expiring'));
  expect(new Set(await Promise.all(expiries)).size).toBe(1);
}, 120_000);

test('with skip, a big value that is there already stays', async () => {
  await source.cli('FLUSHALL');
  await target.cli('FLUSHALL');
  await source.cli('SET', 'string', 'x'.repeat(1 << 20));
  await target.cli('SET', 'string', 'mine');
  const { path: file } = await spoolSnapshot(endpoint('source', source), { spoolDir: path.join(dir, 'spool') });
  const { progress } = await applyFile(file, target, { onConflict: 'skip' });
  expect(progress).toMatchObject({ copied: 0, skipped: 1 });
  expect(await target.cli('GET', 'string')).toBe('mine');
  expect(await target.cli('KEYS', '*')).toBe('string');
});

test('big values between many small ones, and after a library, are each written once', async () => {
  await source.cli('FLUSHALL');
  await target.cli('FLUSHALL');
  await source.cli('FUNCTION', 'LOAD', '#!lua name=lib\nredis.register_function("f", function() return 1 end)');
  await make(source, function* () {
    for (let n = 0; n < 30; n++) yield [['SET', `big:${n}`, String(n % 10).repeat(700_000)]];
  });
  await fill(source, { keys: 20_000, bytes: 100 });
  await make(source, () => [
    [
      ['SELECT', 1],
      ['SET', 'alone', 'x'.repeat(1 << 20)],
    ],
  ]);
  const { path: file } = await spoolSnapshot(endpoint('source', source), { spoolDir: path.join(dir, 'spool') });
  const { progress } = await applyFile(file, target);
  expect(progress).toMatchObject({ scanned: 20_031, copied: 20_031, inPieces: 31, skipped: 0 });
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(await source.cli('DEBUG', 'DIGEST'));
  expect(await target.cli('FUNCTION', 'LIST')).toContain('lib');
});
