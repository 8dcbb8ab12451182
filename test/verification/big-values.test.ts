import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verify } from '../../src/verification/verify.js';
import { fill } from '../lab/index.js';
import { allEqual, type Command, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
const noWeighing = { users: ['poor on >secret ~* &* +@all -memory|usage'] };
const login = { username: 'poor', password: 'secret' };
beforeEach(async () => {
  two = await TwoServers.start({ source: noWeighing, target: noWeighing });
});
afterEach(() => two.stop());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const bigOnes: Command[] = [
  ['SET', 'string', Buffer.alloc(12 << 20, 'abcdefg')],
  ['HSET', 'hash', ...numbers(30_000).flatMap(n => [`field-${n}`, `value-${n}`.padEnd(60)])],
  ['SADD', 'set', ...numbers(30_000).map(n => `member-${n}`.padEnd(60))],
  ['ZADD', 'zset', ...numbers(20_000).flatMap(n => [n, `member-${n}`.padEnd(60)])],
  ['RPUSH', 'list', ...numbers(30_000).map(n => `element-${n}`.padEnd(60))],
  ['PEXPIREAT', 'list', 4_000_000_000_000],
  ...numbers(5000).map((n): Command => ['XADD', 'stream', `${n + 1}-0`, 'field', `${n}`.padEnd(300)]),
];
const changes: Record<string, Command> = {
  string: ['SETRANGE', 'string', (12 << 20) - 1, '!'],
  hash: ['HSET', 'hash', 'field-29999', ''],
  set: ['SREM', 'set', 'member-1'.padEnd(60)],
  zset: ['ZADD', 'zset', 1, 'member-19999'.padEnd(60)],
  list: ['LSET', 'list', 29_999, ''],
  stream: ['XDEL', 'stream', '2500-0'],
  'expiry of the list': ['PERSIST', 'list'],
};

const calls = async (side: 'source' | 'target', command: string): Promise<number> =>
  Number(/calls=(\d+)/.exec((await two[side].info('commandstats'))[`cmdstat_${command}`] ?? '')?.[1] ?? 0);

test('a big value is compared without a DUMP, by what the target says of its size', async () => {
  await two.both(...bigOnes, ['RPUSH', 'small', 1]);
  await two.source.cli('CONFIG', 'RESETSTAT');
  expect(counts(await two.verify({ rounds: 0 }))).toEqual(allEqual(7));
  expect(await calls('source', 'dump')).toBe(2); // of the small one, and a probe
});

test('of what the target lacks the source is not asked for a DUMP, whatever its size', async () => {
  await two.run('source', ...bigOnes);
  expect(counts(await two.verify({ rounds: 1 }))).toEqual({ ...allEqual(6), missing: 6 });
  expect(await calls('source', 'dump')).toBe(1); // the probe
  expect(await calls('source', 'hscan')).toBe(0);
});

describe.each([
  ['weighed', {}],
  ['not weighed, as replies grow beyond the limit', login],
])('a difference in a big value is found: %s', (_, user) => {
  test.each(Object.entries(changes))('%s', async (__, change) => {
    await two.both(...bigOnes);
    await two.run('target', change);
    const result = await verify(two.endpoint('source', user), two.endpoint('target', user), { rounds: 1 });
    expect(counts(result)).toEqual({ ...allEqual(6), different: 1 });
  });
});

test('many values that are big together go through in portions', async () => {
  for (const server of [two.source, two.target]) await fill(server, { keys: 300, bytes: 200_000 });
  await two.run('target', ['SETRANGE', 'key:299', 199_999, '!']);
  expect(counts(await two.verify({ rounds: 1 }))).toEqual({ ...allEqual(300), different: 1 });
  expect(await calls('source', 'mget')).toBeGreaterThan(50);
});

test('where nothing can be weighed, what grows beyond the limit is dropped and read again in pieces', async () => {
  await two.both(['SET', 'string', randomBytes(6 << 20)], ['SET', 'small', 1]);
  await two.run('target', ['SETRANGE', 'string', 5, 'changed']);
  const result = await verify(two.endpoint('source', login), two.endpoint('target', login), { rounds: 1 });
  expect(counts(result)).toEqual({ ...allEqual(2), different: 1 });
  const pieces = await calls('source', 'getrange');
  expect(pieces).toBeGreaterThan(0);
  expect(pieces).toBeLessThan(10); // of 24: it stops at the first that differs
});
