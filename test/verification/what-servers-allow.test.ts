import { afterEach, describe, expect, test } from 'vitest';
import { verify } from '../../src/verification/verify.js';
import { fill, fillEveryType, oddNames, type RedisOptions, shapes } from '../lab/index.js';
import { allEqual, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
afterEach(() => two.stop());

const everything = 3 * (2 * shapes.length + oddNames.length);
const without = (...commands: string[]): RedisOptions => ({
  users: [`poor on >secret ~* &* +@all ${commands.map(command => `-${command}`).join(' ')}`],
});
const login = { username: 'poor', password: 'secret' };
const asPoor = (options = {}) => verify(two.endpoint('source', login), two.endpoint('target', login), options);

describe.each([
  ['PEXPIRETIME, as before 7.0', without('pexpiretime')],
  ['MEMORY USAGE', without('memory|usage')],
  ['MGET', without('mget')],
  ['TIME', without('time')],
])('without %s', (_, options) => {
  test('a copy is consistent, and one that is not is found out', async () => {
    two = await TwoServers.start({ source: options, target: options });
    await fillEveryType(two.source);
    await two.copy({ detach: true });
    expect(counts(await asPoor({ rounds: 0 }))).toEqual(allEqual(everything));
    await two.run(
      'target',
      ['SET', 'string:raw', ''],
      ['PERSIST', 'set:few:expiring'],
      ['XACK', 'stream:groups', 'readers', '4-0'],
    );
    expect(counts(await asPoor({ rounds: 1 }))).toEqual({ ...allEqual(everything), different: 3 });
  });
});

test.each(['dump', 'scan', 'type', 'exists', 'info'])(
  'without %s it fails, and says whose right is missing',
  async command => {
    two = await TwoServers.start({ target: without(command), source: without() });
    await two.both(['SET', 'key', 1]);
    await expect(asPoor()).rejects.toMatchObject({
      type: 'PermissionMissing',
      message: expect.stringMatching(new RegExp(`^target .*${command}`, 'i')),
    });
  },
);

test('a command that only the comparison by value needs is named when it comes to that', async () => {
  two = await TwoServers.start({ target: without('hgetall', 'hmget'), source: without() });
  await two.run('source', ['HSET', 'key', 'a', 1]);
  await two.run('target', ['HSET', 'key', 'a', 2]);
  await expect(asPoor()).rejects.toMatchObject({
    type: 'PermissionMissing',
    message: expect.stringMatching(/^target .*hgetall/),
  });
});

test('a database that the target is configured without is missing, or empty on the other side', async () => {
  two = await TwoServers.start({ target: { config: { databases: '4' } } });
  await fill(two.source, { keys: 50, database: 9 });
  await two.both(['SET', 'a', 1]);
  const result = await two.verify({ rounds: 2 });
  expect(counts(result)).toEqual({ ...allEqual(51), missing: 50 });
  expect(result.examples[0]).toMatch(/^db 9: "key:\d+" \(missing\)$/);
});

test('payloads that one side compresses are no difference', async () => {
  two = await TwoServers.start({ source: { config: { rdbcompression: 'no' } } });
  const text = 'abc'.repeat(100);
  await two.both(['SET', 'text', text], ['RPUSH', 'list', text, text], ['HSET', 'hash', text, text]);
  expect(counts(await two.verify({ rounds: 0 }))).toEqual(allEqual(3));
});
