import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkApplication } from '../../src/application/check.js';
import type { RedisOptions, RedisServer } from '../lab/redis.js';
import { waitFor } from '../lab/wait-for.js';
import { client, forget, open, start } from './servers.js';

/** As after a cutover: the target is the master, the old source follows it. */
async function promoted(options?: RedisOptions) {
  const [target, source] = await Promise.all([start(options), start()]);
  await source.cli('REPLICAOF', target.host, String(target.port));
  await waitFor(async () => (await source.info('replication')).master_link_status === 'up', { what: 'the link' });
  return { target, source };
}

const check = async ({ target, source }: { target: RedisServer; source: RedisServer | null }) =>
  checkApplication(await open(target, 'target'), source && (await open(source)));

test('all is well: the new master serves, the old source refuses, the clients have moved', async () => {
  const servers = await promoted();
  await client(servers.target, 'web');
  const result = await check(servers);
  const at = `127.0.0.1:${servers.target.port}`;
  expect(result).toEqual({
    outcome: 'pass',
    findings: [
      `The new master ${at} takes writes and reads.`,
      `The old source 127.0.0.1:${servers.source.port} refuses writes.`,
      '1 client on the new master.',
    ],
    moved: 1,
    left: 0,
    leftBehind: [],
  });
  expect(await servers.target.cli('DBSIZE')).toBe('0');
});

test('readers and subscribers that stayed are named', async () => {
  const servers = await promoted();
  await (await client(servers.source, 'nightly')).send('GET', 'k');
  await (await client(servers.source, 'events')).send('SUBSCRIBE', 'news');
  const result = await check(servers);
  expect(result).toMatchObject({ outcome: 'warning', moved: 0, left: 2 });
  expect(result.leftBehind.map(({ name, kind }) => `${name} ${kind}`).sort()).toEqual([
    'events pubsub',
    'nightly reader',
  ]);
  expect(result.findings).toContain('No client has come to the new master yet; 2 clients on the old source.');
  expect(result.findings.filter(text => text.startsWith('Still on the old source:'))).toHaveLength(2);
});

describe('the new master fails the check', () => {
  test.each([
    ['min-replicas-to-write', '3', 'a write was refused: NOREPLICAS'],
    ['maxmemory', '1', "a write was refused: OOM command not allowed when used memory > 'maxmemory'"],
  ])('when %s is %s', async (name, value, text) => {
    const servers = await promoted();
    await servers.target.cli('CONFIG', 'SET', name, value);
    const result = await check(servers);
    expect(result.outcome).toBe('failure');
    expect(result.findings.join('\n')).toContain(text);
  });

  test('when it is a replica, and nothing is written to it then', async () => {
    const { target, source } = await promoted();
    await source.cli('CONFIG', 'SET', 'replica-read-only', 'no');
    const result = await check({ target: source, source: null });
    expect(result.outcome).toBe('failure');
    expect(result.findings[0]).toBe(
      `The new master 127.0.0.1:${source.port} is no master: it replicates from 127.0.0.1:${target.port}.`,
    );
    expect((await source.info('commandstats')).cmdstat_set).toBeUndefined();
  });

  test('while it is loading', async () => {
    const servers = await promoted({ config: { 'loading-process-events-interval-bytes': '1024' } });
    const application = await client(servers.target);
    await application.pipeline(Array.from({ length: 200 }, (_, n) => ['SET', `k${n}`, randomBytes(200)]));
    await servers.target.cli('CONFIG', 'SET', 'key-load-delay', '20000');
    const server = await open(servers.target, 'target');
    forget(application.send('DEBUG', 'RELOAD'));
    const loading = () => servers.target.info('persistence');
    await waitFor(async () => (await loading()).loading === '1', { what: 'the loading' });
    const { outcome, findings } = await checkApplication(server, null);
    expect(outcome).toBe('failure');
    expect(findings[0]).toMatch(/a write was refused: LOADING/);
  });
});

test('a new master that is almost full is warned of', async () => {
  const servers = await promoted();
  await servers.target.cli('SETRANGE', 'big', String(20 * 1024 ** 2), 'x');
  const used = Number((await servers.target.info('memory')).used_memory);
  await servers.target.cli('CONFIG', 'SET', 'maxmemory', String(Math.round(used * 1.05)));
  expect((await check(servers)).findings.join('\n')).toMatch(/of its maxmemory .*: soon it refuses writes/);
  await servers.target.cli('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  const { outcome, findings } = await check(servers);
  expect(outcome).toBe('warning');
  expect(findings.join('\n')).toMatch(/it evicts keys \(allkeys-lru\)/);
});

describe('the old source fails the check', () => {
  test('when it is a master again', async () => {
    const servers = await promoted();
    await servers.source.cli('REPLICAOF', 'NO', 'ONE');
    const { outcome, findings } = await check(servers);
    expect(outcome).toBe('failure');
    expect(findings.join('\n')).toMatch(/is a master and takes writes/);
  });

  test('when it is a replica that takes writes', async () => {
    const servers = await promoted();
    await servers.source.cli('CONFIG', 'SET', 'replica-read-only', 'no');
    const { outcome, findings } = await check(servers);
    expect(outcome).toBe('failure');
    expect(findings.join('\n')).toMatch(/writes that go nowhere/);
  });
});

test('what could not be seen is said, not passed over', async () => {
  const target = await start();
  const without = await check({ target, source: null });
  expect(without).toMatchObject({ outcome: 'warning', left: 0 });
  expect(without.findings.join('\n')).toMatch(/The old source was not looked at/);
  await target.cli('ACL', 'SETUSER', 'default', '-client|list');
  const { outcome, findings } = await check({ target, source: null });
  expect(outcome).toBe('warning');
  expect(findings.join('\n')).toMatch(/can't be seen: .*NOPERM/);
  expect(findings.join('\n')).not.toMatch(/No client/);
});
