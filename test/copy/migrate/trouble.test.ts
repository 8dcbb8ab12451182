import { afterAll, beforeEach, expect, test } from 'vitest';
import { fill, freePort, type RedisServer, startProxy, startRedis, waitFor } from '../../lab/index.js';
import { copyAll, digestOf, totals, unlimited } from '../support.js';
import { byMigrate } from './support.js';

const [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
afterAll(() => Promise.all([source.discard(), target.discard()]));
beforeEach(async () => {
  for (const server of [source, target]) await server.cli('FLUSHALL');
});

const secret = 'the-secret-of-the-target';

async function guarded(use: (target: RedisServer) => Promise<void>): Promise<void> {
  const guardedTarget = await startRedis({
    persistence: 'none',
    password: secret,
    users: [`mover on >${secret} ~* &* +@all`, `reader on >${secret} ~* &* +@all -restore`],
  });
  try {
    await fill(source, { keys: 3000 });
    await use(guardedTarget);
  } finally {
    await guardedTarget.discard();
  }
}

test('the source logs in to the target, by password only and as a user', () =>
  guarded(async target => {
    const transport = byMigrate(target);
    const { host, port } = target;
    expect(totals(await copyAll(source, { host, port, password: secret }, { transport })).copied).toBe(3000);
    await target.cli('FLUSHALL');
    const place = { host, port, username: 'mover', password: secret };
    expect(totals(await copyAll(source, place, { transport })).copied).toBe(3000);
    expect(await digestOf(target)).toBe(await digestOf(source));
  }));

test('a user who may not RESTORE is a finding without the password', () =>
  guarded(async target => {
    const place = { host: target.host, port: target.port, username: 'reader', password: secret };
    const [report] = await copyAll(source, place, { transport: byMigrate(target) });
    expect(report?.finding).toMatchObject({ type: 'PermissionMissing', message: expect.stringMatching(/restore/i) });
    expect(JSON.stringify(report)).not.toContain(secret);
    expect(await target.cli('DBSIZE')).toBe('0');
  }));

test('a source that does not know MIGRATE answers with all its words, and none of them is passed on', async () => {
  const old = await startRedis({ persistence: 'none', config: { 'rename-command': 'MIGRATE ""' } });
  try {
    await fill(old, { keys: 10 });
    await guarded(async target => {
      const place = { host: target.host, port: target.port, password: secret };
      const [report] = await copyAll(old, place, { transport: byMigrate(target) });
      expect(report?.finding).toMatchObject({ type: 'CommandRefused' });
      expect(report?.finding?.message).toMatch(/refused MIGRATE: ERR unknown command/);
      expect(JSON.stringify(report)).not.toContain(secret);
    });
  } finally {
    await old.discard();
  }
});

test('a target that the source does not find is a finding that names the address and where it is said', async () => {
  await fill(source, { keys: 100 });
  const port = await freePort();
  const [report] = await copyAll(source, target, { transport: byMigrate({ host: '127.0.0.1', port }) });
  expect(report?.finding).toMatchObject({
    type: 'Unreachable',
    message: expect.stringContaining(`does not reach the target at 127.0.0.1:${port}`),
    remedy: expect.stringContaining('target.addressForPeer'),
  });
}, 30_000);

test('a link that is cut again and again, in the middle of calls too, loses nothing', async () => {
  await fill(source, { keys: 150_000, bytes: 100 });
  const proxy = await startProxy({ to: target });
  try {
    let done = false;
    const copy = copyAll(source, target, { transport: byMigrate(proxy) }).finally(() => {
      done = true;
    });
    for (let cuts = 0; cuts < 3; cuts++) {
      const before = proxy.forwarded;
      await waitFor(() => done || proxy.forwarded > before + 3_000_000, {
        what: 'some keys to be sent',
        timeoutMs: 20_000,
      });
      await proxy.cut();
      await proxy.restore();
    }
    expect(totals(await copy).copied).toBeGreaterThanOrEqual(150_000);
    expect(await digestOf(target)).toBe(await digestOf(source));
  } finally {
    await proxy.close();
  }
}, 60_000);

test('a full target is a finding, and the copy goes on where it stopped when there is room', async () => {
  await fill(source, { keys: 50_000, bytes: 200 });
  await target.cli('CONFIG', 'SET', 'maxmemory', '8mb');
  const transport = byMigrate(target);
  const [stopped] = await copyAll(source, target, { transport });
  expect(stopped?.finding).toMatchObject({ type: 'TargetFull' });
  expect(stopped?.progress.copied).toBeGreaterThan(0);
  await target.cli('CONFIG', 'SET', 'maxmemory', '0');
  expect(totals(await copyAll(source, target, { transport })).copied).toBe(50_000);
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('a replica as the source is refused with what to do', async () => {
  await fill(source, { keys: 10 });
  await source.cli('REPLICAOF', '127.0.0.1', '1');
  try {
    const [report] = await copyAll(source, target, { transport: byMigrate(target) });
    expect(report?.finding).toMatchObject({
      type: 'WritesRefused',
      remedy: expect.stringMatching(/MIGRATE counts as a write/),
    });
  } finally {
    await source.cli('REPLICAOF', 'NO', 'ONE');
  }
}, 30_000);

test('keys that are too big for a call go through the worker, and no call takes long', async () => {
  await fill(source, { keys: 2000, bytes: 100 });
  await source.cli('SET', 'big', 'x'.repeat(8 << 20));
  await source.cli('EVAL', "for i=1,40000 do redis.call('HSET','hash','field'..i,i) end", '0');
  await source.cli('CONFIG', 'RESETSTAT');
  await source.cli('CONFIG', 'SET', 'slowlog-log-slower-than', '100000');
  await source.cli('SLOWLOG', 'RESET');
  const { copied, inPieces } = totals(await copyAll(source, target, { transport: byMigrate(target) }));
  expect({ copied, inPieces }).toEqual({ copied: 2002, inPieces: 2 });
  expect(await source.cli('SLOWLOG', 'GET')).not.toMatch(/MIGRATE/i);
  expect(await digestOf(target)).toBe(await digestOf(source));
}, 30_000);

test('a target that says nothing any more makes the source stand still for a moment at a time only', async () => {
  await fill(source, { keys: 20_000 });
  const proxy = await startProxy({ to: target });
  try {
    const copying = copyAll(source, target, {
      transport: byMigrate(proxy),
      rate: { ...unlimited, maxKeysPerSecond: 5000 },
    });
    await waitFor(() => proxy.forwarded > 100_000, { what: 'some keys to be sent' });
    proxy.stall();
    let [ended, longest] = [false, 0];
    const [report] = await Promise.all([
      copying.finally(() => {
        ended = true;
      }),
      (async () => {
        for (; !ended; ) {
          const startedAt = performance.now();
          await source.cli('PING');
          longest = Math.max(longest, performance.now() - startedAt);
        }
      })(),
    ]);
    expect(report[0]?.finding).toMatchObject({ type: 'Unreachable' });
    expect(longest).toBeGreaterThan(500);
    expect(longest).toBeLessThan(3500);
  } finally {
    proxy.resume();
    await proxy.close();
  }
}, 30_000);
