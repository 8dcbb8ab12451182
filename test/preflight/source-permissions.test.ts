import { beforeAll, expect, test } from 'vitest';
import { sourcePermissions } from '../../src/preflight/source-permissions.js';
import type { RedisServer } from '../lab/redis.js';
import { leastPrivilege } from './permissions.js';
import { brief, contextOf, startPair, texts } from './support.js';

let source: RedisServer;
let target: RedisServer;
const as = (username: string) => ({ sourceLogin: { username, password: 'secret' } });
const judge = async (username: string) => sourcePermissions(await contextOf(source, target, as(username)));

beforeAll(async () => {
  const least = leastPrivilege('least', 'secret', 'source');
  const users = [
    least,
    `${least.replace('least', 'halved')} -psync -config|set -client|pause`,
    `${least.replace('least', 'narrow').replace('~*', '~app:*')}`,
    `${least.replace('least', 'modest')} -acl|list -pubsub|numsub`,
    `${least.replace('least', 'plain')} -multi`,
  ];
  [source, target] = await startPair({ users });
});

test('the user of everything, and one with exactly the rights needed, pass', async () => {
  expect(brief(await sourcePermissions(await contextOf(source, target)))).toEqual(['source pass']);
  expect(brief(await judge('least'))).toEqual(['source pass']);
});

test('all that is missing is named, with the line that grants it', async () => {
  const results = await judge('halved');
  expect(brief(results)).toEqual(['source failure']);
  expect(texts(results)).toContain('may not run what the migration needs: PSYNC, CONFIG SET, CLIENT PAUSE.');
  expect(texts(results)).toContain('ACL SETUSER halved +psync +config|set +client|pause');

  await source.cli('ACL', 'SETUSER', 'halved', '+psync', '+config|set', '+client|pause');
  expect(brief(await judge('halved'))).toEqual(['source pass']);
});

test('rights to some keys only are missing rights', async () => {
  const results = await judge('narrow');
  expect(brief(results)).toEqual(['source failure', 'source warning']);
  expect(texts(results)).toMatch(/DUMP \(not on all keys\)/);
  expect(texts(results)).toContain('ACL SETUSER narrow ~* (then');
});

test('what the migration can do without is a warning with its consequence', async () => {
  const results = await judge('modest');
  expect(brief(results)).toEqual(['source warning']);
  expect(texts(results)).toContain("ACL LIST (then the application's users are not compared), PUBSUB NUMSUB (then");
});

test('without MULTI nothing can be tried, and one line grants everything', async () => {
  const results = await judge('plain');
  expect(brief(results)).toEqual(['source failure', 'source warning']);
  expect(texts(results)).toMatch(/MULTI.*REPLICAOF.*ACL SETUSER plain .*\+multi.*\+replicaof/);
  expect((await source.info('replication')).role).toBe('master');
});

test('rights are tried without using them, on a replica too', async () => {
  await target.cli('REPLICAOF', '127.0.0.1', '1');
  const before = await target.info('replication');
  await sourcePermissions(await contextOf(target, source));
  expect(await target.info('replication')).toMatchObject({ role: before.role, master_port: '1' });
  expect(await target.cli('CONFIG', 'GET', 'repl-timeout')).toBe('repl-timeout\n60');
  await target.cli('REPLICAOF', 'NO', 'ONE');
});
