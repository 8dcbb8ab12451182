import { expect, test } from 'vitest';
import { readMetrics, type ServerMetrics, toMetrics } from '../../src/application/metrics.js';
import { window } from '../../src/application/window.js';
import { parseInfo } from '../../src/server/info.js';
import type { Connection } from '../lab/connection.js';
import { waitFor } from '../lab/wait-for.js';
import { client, open, start } from './servers.js';

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** 200 SET, 300 GET and 20 commands on a key of another type. */
const load = (application: Connection) =>
  application.pipeline([
    ...times(200, ['SET', 'k', 'v']),
    ...times(300, ['GET', 'k']),
    ...times(20, ['LPUSH', 'k', 'v']),
  ]);

test('a window counts what applications did, and what failed', async () => {
  const redis = await start();
  const [server, application] = [await open(redis), await client(redis)];
  await load(application);
  const before = await readMetrics(server);
  await load(application);
  await application.pipeline([...times(5, ['EVALSHA', 'f'.repeat(40), '0']), ['GET'], ['NOSUCH']]);
  const seen = window(before, await readMetrics(server));
  expect(seen.errorsByCode).toEqual({ WRONGTYPE: 20, NOSCRIPT: 5, ERR: 2 });
  expect(seen).toMatchObject({ commands: 526, errors: 27, reset: null, evictedKeys: 0, rejectedConnections: 0 });
  expect(seen.errorRate).toBeCloseTo(27 / 526, 5);
  expect(seen.top.map(({ command, calls, failed }) => [command, calls, failed]).sort()).toEqual([
    ['evalsha', 5, 5],
    ['get', 300, 1],
    ['lpush', 20, 20],
    ['set', 200, 0],
  ]);
  for (const { p99Ms } of seen.top) expect(p99Ms).toBeGreaterThan(0);
  expect(seen.latencyMs).toBeGreaterThan(0);
  expect(seen.pingMs).toBeGreaterThan(0);
});

test("the migration's own commands and their errors are no application's", async () => {
  const redis = await start();
  const [server, own] = [await open(redis), await client(redis, 'redis-migration:other')];
  const before = await readMetrics(server);
  await own.pipeline([...times(50, ['INFO']), ...times(50, ['PING']), ...times(3, ['CONFIG', 'SET', 'nosuch', '1'])]);
  expect(window(before, await readMetrics(server))).toMatchObject({
    commands: 0,
    errors: 0,
    errorRate: 0,
    latencyMs: null,
    top: [],
  });
});

test('a failed login is an error of an application', async () => {
  const redis = await start({ users: ['app on >right ~* +@all'] });
  const [server, application] = [await open(redis), await client(redis)];
  const before = await readMetrics(server);
  await application.pipeline(times(4, ['AUTH', 'app', 'wrong']));
  expect(window(before, await readMetrics(server)).errorsByCode).toEqual({ WRONGPASS: 4 });
});

test('errors that come of a change of roles are told apart', async () => {
  const redis = await start();
  await redis.cli('REPLICAOF', '127.0.0.1', '1');
  const [server, application] = [await open(redis), await client(redis)];
  const before = await readMetrics(server);
  await application.pipeline([...times(7, ['SET', 'k', 'v']), ...times(3, ['GET', 'k'])]);
  const seen = window(before, await readMetrics(server));
  expect(seen).toMatchObject({ migrationErrors: { READONLY: 7 }, errorsByCode: {}, errors: 0 });
});

test('the heaviest command comes first, and the wait of a blocked client is no latency', async () => {
  const redis = await start();
  const [server, application] = [await open(redis), await client(redis)];
  const before = await readMetrics(server);
  await application.send('BLPOP', 'none', '0.5');
  const waited = window(before, await readMetrics(server));
  expect(waited).toMatchObject({ commands: 1, top: [{ command: 'blpop', calls: 1 }] });
  expect(waited.latencyMs).toBeLessThan(100);
  await application.pipeline([...times(50, ['GET', 'k']), ['EVAL', 'for i = 1, 3000000 do end', '0']]);
  const busy = window(before, await readMetrics(server));
  expect(busy.top[0]?.command).toBe('eval');
  expect(busy.top[0]?.meanMs).toBeGreaterThan(2);
});

test('counters that began anew are noticed', async () => {
  const redis = await start();
  const application = await client(redis);
  await load(application);
  const before = await readMetrics(await open(redis));
  await redis.cli('CONFIG', 'RESETSTAT');
  await application.pipeline(times(30, ['GET', 'k']));
  const reset = window(before, await readMetrics(await open(redis)));
  expect(reset).toMatchObject({ reset: 'resetstat', commands: 30, errors: 0 });
  await redis.restart();
  await (await client(redis)).pipeline(times(10, ['GET', 'k']));
  const after = await waitFor(async () => readMetrics(await open(redis)), {
    what: 'a second of uptime',
    until: seen => seen.uptimeSeconds > 0,
  });
  expect(window(before, after)).toMatchObject({ reset: 'restart', commands: 10, seconds: after.uptimeSeconds });
});

const taken = { at: '2026-01-31T12:00:00.000Z', pingMs: 0.1 };
const metrics = (lines: string[], at = taken.at) => toMetrics(parseInfo(lines.join('\r\n')), { ...taken, at });

test('before Redis 6.2 errors are not counted, which is not the same as none', () => {
  const old = ['redis_version:6.0.16', 'run_id:a', 'cmdstat_get:calls=10,usec=20,usec_per_call=2.00'];
  const grown = [...old.slice(0, 2), 'cmdstat_get:calls=40,usec=80,usec_per_call=2.00'];
  const seen = window(metrics(old), metrics(grown, '2026-01-31T12:00:10.000Z'));
  expect(seen).toMatchObject({
    seconds: 10,
    commands: 30,
    opsPerSecond: 3,
    errors: null,
    errorRate: null,
    latencyMs: 0.002,
  });
  expect(seen.top).toEqual([{ command: 'get', calls: 30, meanMs: 0.002, p99Ms: null, failed: null }]);
});

test('a command that was not among the first before is left out rather than counted from zero', () => {
  const many = Array.from({ length: 60 }, (_, n) => `cmdstat_c${n}:calls=${1000 + n},usec=1000`);
  const before = metrics(['run_id:a', ...many, 'cmdstat_late:calls=900,usec=9000']);
  const after = metrics(['run_id:a', ...many, 'cmdstat_late:calls=2000,usec=20000']);
  expect(before.cut).toBe(true);
  expect(window(before, after)).toMatchObject({ commands: 1100, reset: null, top: [] });
});

test('both fit into a history, whatever a server tells', () => {
  const lines = Array.from({ length: 500 }, (_, n) => [
    `cmdstat_${n}${'x'.repeat(100)}:calls=${n},usec=1,rejected_calls=0,failed_calls=1`,
    `errorstat_${n}\u001b[2J${'e'.repeat(90)}:count=${n}`,
  ]);
  const seen: ServerMetrics = metrics(['run_id:a', 'total_error_replies:1', ...lines.flat()]);
  expect(JSON.stringify(seen).length).toBeLessThan(16_000);
  expect(JSON.stringify(window(seen, seen)).length).toBeLessThan(4_000);
  expect(Object.keys(seen.errors ?? {})[0]).toMatch(/^499\\u001b\[2Je+\.\.\.$/);
});
