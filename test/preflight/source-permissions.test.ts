import { beforeAll, expect, test } from 'vitest';
import { neededInPerson } from '../../src/preflight/needed-commands.js';
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
    `userless on >secret ~* resetchannels -@all ${neededInPerson('source', 70_000).join(' ')}`,
    `${least.replace('least', 'helpless')} -acl -config|rewrite`,
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

test('without rights to ACL users there is another way, if its place is free', async () => {
  const warned = await judge('userless');
  expect(brief(warned)).toEqual(['source warning']);
  const way = 'ACL SETUSER, ACL DELUSER, ACL USERS (then earlier attempts are fenced off by names of connections';
  expect(texts(warned)).toContain(way);
  expect(texts(warned)).toContain('+acl|setuser +acl|deluser +acl|users');

  const helpless = await judge('helpless');
  expect(brief(helpless)).toEqual(['source failure', 'source warning']);
  expect(texts(helpless)).toContain('may not run what the migration needs: CONFIG REWRITE, EVAL.');

  await source.cli('CONFIG', 'SET', 'cluster-announce-ip', 'migration-01700000000000-000001');
  expect(brief(await judge('userless'))).toEqual(['source warning']);
  await source.cli('CONFIG', 'SET', 'cluster-announce-ip', '10.0.0.1');
  const results = await judge('userless');
  expect(brief(results)).toEqual(['source failure', 'source warning']);
  expect(texts(results)).toMatch(/cluster-announce-ip, which would do instead, is in use.*ACL SETUSER userless/);
  expect(brief(await judge('least'))).toEqual(['source pass']);
  await source.cli('CONFIG', 'SET', 'cluster-announce-ip', '');
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

test('method migrate needs the right to send keys, and a move that to delete them', async () => {
  await source.cli('ACL', 'SETUSER', 'still', 'on', '>secret', '~*', '+@all', '-migrate', '-unlink');
  const judgeFor = async (input: object) =>
    sourcePermissions(await contextOf(source, target, { ...as('still'), input }));
  expect(brief(await judgeFor({ method: 'dump-restore' }))).toEqual(['source pass']);
  const copying = await judgeFor({ method: 'migrate' });
  expect(brief(copying)).toEqual(['source failure']);
  expect(texts(copying)).toMatch(/needs: MIGRATE\./);
  expect(texts(await judgeFor({ method: 'migrate', migrate: { move: true } }))).toMatch(/needs: MIGRATE, UNLINK\./);
});
