import { afterEach, describe, expect, test } from 'vitest';
import { copyPartition } from '../../src/copy/index.js';
import { fill, type RedisServer, startRedis, waitFor } from '../lab/index.js';
import { anybody, copyAll, digestOf, endpoint, requestOf, totals } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();
const never = new AbortController().signal;
const whole = { db: 0, from: '0', to: null };
const year = 365 * 86_400_000;

const others: RedisServer[] = [];
afterEach(async () => {
  for (const server of others.splice(0)) await server.discard();
});

test('expiries travel to the millisecond', async () => {
  const times = { second: Date.now() + 60_000, year: Date.now() + year, never: -1 };
  await source.cli('SET', 'second', '1', 'PXAT', String(times.second));
  await source.cli('SET', 'year', '1', 'PXAT', String(times.year));
  await source.cli('SET', 'never', '1');
  await copyAll(source, target);
  for (const [name, time] of Object.entries(times)) expect(await target.cli('PEXPIRETIME', name)).toBe(String(time));
});

test('what expires while it is copied is gone from both sides, whenever that is', async () => {
  await fill(source, { keys: 1000 });
  const connection = await source.connect();
  await connection.pipeline(Array.from({ length: 3000 }, (_, n) => ['SET', `passing:${n}`, n, 'PX', 1 + (n % 150)]));
  connection.close();
  const [report] = await copyAll(source, target);
  expect(report).toMatchObject({ finding: null, progress: { done: true } });
  for (const server of [source, target])
    await waitFor(() => server.cli('DBSIZE'), { what: 'the end of what expires', until: size => size === '1000' });
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('without PEXPIRETIME the expiry is computed by the clock of the source', async () => {
  const old = await startRedis({ persistence: 'none' });
  others.push(old);
  await old.cli('ACL', 'SETUSER', 'old', 'on', '>secret', '~*', '+@all', '-pexpiretime');
  const at = Date.now() + year;
  await old.cli('SET', 'expiring', '1', 'PXAT', String(at));
  await old.cli('SET', 'lasting', '1');
  const login = { username: 'old', password: 'secret' };
  const endpoints = { source: { ...endpoint('source', old), ...login }, target: endpoint('target', target) };
  await copyPartition(endpoints, requestOf(whole), { onProgress: () => {}, signal: never, writer: anybody });
  expect((await old.info('commandstats')).cmdstat_pttl).toBeDefined();
  expect(Math.abs(Number(await target.cli('PEXPIRETIME', 'expiring')) - at)).toBeLessThan(20);
  expect(await target.cli('PTTL', 'lasting')).toBe('-1');
});

describe('the last use of keys', () => {
  const policies = [
    ['allkeys-lru', 'allkeys-lru', 'IDLETIME', 5000],
    ['noeviction', 'volatile-lru', 'IDLETIME', 5000],
    ['allkeys-lfu', 'volatile-lfu', 'FREQ', 200],
  ] as const;

  test.each(policies)('from %s to %s: %s', async (onSource, onTarget, word, value) => {
    await source.cli('CONFIG', 'SET', 'maxmemory-policy', onSource);
    await target.cli('CONFIG', 'SET', 'maxmemory-policy', onTarget);
    // No number: small ones are one object that many keys share.
    await source.cli('SET', 'made', 'text');
    const connection = await source.connect();
    const payload = (await connection.send('DUMP', 'made')) as Buffer;
    for (let n = 0; n < 300; n++) await connection.send('RESTORE', `key:${n}`, 0, payload, word, value);
    connection.close();
    expect(totals(await copyAll(source, target)).copied).toBe(301);
    expect(Math.abs(Number(await target.cli('OBJECT', word, 'key:42')) - value)).toBeLessThan(10);
  });

  test('does not travel where it means nothing, or the source does not know it', async () => {
    for (const [onSource, onTarget] of [
      ['allkeys-lru', 'noeviction'],
      ['allkeys-lfu', 'allkeys-lru'],
      ['allkeys-lru', 'allkeys-lfu'],
    ] as const) {
      await source.cli('CONFIG', 'SET', 'maxmemory-policy', onSource);
      await target.cli('CONFIG', 'SET', 'maxmemory-policy', onTarget);
      await source.cli('SET', 'key', '1');
      expect(totals(await copyAll(source, target)).copied).toBe(1);
    }
  });
});
