import { afterEach, describe, expect, it } from 'vitest';
import { Closers } from '../../lab/closers.js';
import { all } from '../../lab/fill.js';
import {
  type Command,
  contents,
  fill,
  type RedisServer,
  type ServerVersion,
  serverVersions,
  startRedis,
  waitFor,
} from '../../lab/index.js';
import { InProcess } from '../follow/in-process.js';
import { differences } from '../stream/differences.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (version?: ServerVersion): Promise<RedisServer> =>
  closers.keep(startRedis({ persistence: 'none', ...(version && { version }) }), server => server.discard());
const lacks = (...versions: ServerVersion[]) => !versions.every(version => serverVersions().includes(version));

async function write(server: RedisServer, ...commands: Command[]): Promise<void> {
  const connection = await server.connect();
  await all(connection, commands);
  connection.close();
}

const day = Date.now() + 86_400_000;
const library = ['FUNCTION', 'LOAD', "#!lua name=lib\nredis.register_function('f', function() return 1 end)"];
const group = (key: string): Command[] => [
  ['XADD', key, '1-0', 'a', 1],
  ['XADD', key, '2-0', 'a', 2],
  ['XADD', key, '3-0', 'a', 3],
  ['XGROUP', 'CREATE', key, 'readers', 0],
  ['XREADGROUP', 'GROUP', 'readers', 'anna', 'COUNT', 2, 'STREAMS', key, '>'],
  ['XCLAIM', key, 'readers', 'bert', 0, '1-0', 'TIME', 1_700_000_000_000, 'RETRYCOUNT', 9],
  ['XDEL', key, '3-0'],
];

/** Numbers are issues of RedisShake; the rest is what it was seen to die of. */
describe('what is of a newer version', () => {
  it.skipIf(lacks('8.0', '6.2'))(
    'goes to an older one: payloads, expiries of fields, libraries and groups (970, "version or checksum are wrong")',
    async () => {
      const [source, target] = await Promise.all([start('8.0'), start('6.2')]);
      const values: Command[] = [
        ['SADD', 'set', 'a', 'b'],
        ['HSET', 'hash', 'a', 1, 'b', 2],
        ['HPEXPIREAT', 'hash', day, 'FIELDS', 1, 'a'],
        ['ZADD', 'zset', 1, 'a', 2, 'b'],
        ['RPUSH', 'list', 'a', 'x'.repeat(100)],
      ];
      await write(source, ...values, library, ...group('stream'));
      const following = new InProcess(source, target);
      await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there' });
      for (const key of ['set', 'hash', 'zset', 'list', 'stream']) {
        const connection = await source.connect();
        await connection.send('RESTORE', `restored:${key}`, 0, (await connection.send('DUMP', key)) as Buffer);
        connection.close();
      }
      await write(source, ['FUNCTION', 'DELETE', 'lib'], library, ...group('another'));
      await following.finish(source, target);
      expect(await target.cli('DBSIZE')).toBe('11');
      expect(await differences(source, target, { asReplicated: true })).toEqual([]);
    },
  );

  it.skipIf(lacks('7.0', '8.0'))(
    'and what is told of streams and their groups is kept: entries read and added, lag, deleted ids, deliveries (741)',
    async () => {
      const [source, target] = await Promise.all([start('7.0'), start('8.0')]);
      await write(source, ...group('stream'), library);
      await write(source, ['XADD', 'stream', '4-0', 'a', 4]);
      const following = new InProcess(source, target);
      await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there' });
      await following.finish(source, target);
      const of = (server: RedisServer) => Promise.all([contents(server), server.cli('FUNCTION', 'LIST', 'WITHCODE')]);
      const [wanted, got] = await Promise.all([source, target].map(of));
      expect(JSON.stringify([...(wanted?.[0] ?? [])])).toContain('"entries-read",2');
      expect(got).toEqual(wanted);
    },
  );
});

describe('a transaction or script of many keys (34, 137, 254, 578, 717, 913)', () => {
  it('is whole on the target whenever one looks', async () => {
    const [source, target] = await Promise.all([start(), start()]);
    const following = new InProcess(source, target);
    await source.cli('SET', 'begun', '1');
    await following.until(target, 'begun', '1');
    const keys = Array.from({ length: 10 }, (_, n) => `counter:${n}`);
    const script = "for _, key in ipairs(KEYS) do redis.call('INCR', key) end";
    let over = false;
    const writing = (async () => {
      for (let n = 0; n < 150; n++) {
        await write(source, ['MULTI'], ...keys.map(key => ['INCR', key]), ['EXEC']);
        await source.cli('EVAL', script, '10', ...keys);
      }
    })().finally(() => {
      over = true;
    });
    const connection = await target.connect();
    const seen = new Set<string>();
    while (!over) {
      const values = (await connection.send('MGET', ...keys)) as (Buffer | null)[];
      expect(new Set(values.map(String)).size).toBe(1);
      seen.add(String(values[0]));
    }
    await writing;
    connection.close();
    expect(seen.size).toBeGreaterThan(5);
    await following.finish(source, target);
    expect(await target.cli('GET', 'counter:9')).toBe('300');
  });
});

describe('a change while the keys are read (788, 817, 818, 835, 994)', () => {
  it('is not lost, without a scan of the source or its notifications', async () => {
    const [source, target] = await Promise.all([start(), start()]);
    await fill(source, { keys: 3000 });
    const following = new InProcess(source, target, { control: { maxKeysPerSecond: 5000 } });
    await waitFor(() => following.progress?.phase === 'snapshot', { what: 'the snapshot to be written', everyMs: 2 });
    const connection = await source.connect();
    for (let n = 0; n < 3000; n += 10)
      await all(connection, [
        ['SET', `key:${n}`, n],
        ['DEL', `key:${n + 1}`],
        ['RENAME', `key:${n + 2}`, `new:${n}`],
      ]);
    connection.close();
    await following.finish(source, target);
    expect(await contents(target)).toEqual(await contents(source));
    const calls = await source.info('commandstats');
    expect(Object.keys(calls).filter(name => /_(scan|dump|subscribe|psubscribe)$/.test(name))).toEqual([]);
    expect(await source.cli('CONFIG', 'GET', 'notify-keyspace-events')).toBe('notify-keyspace-events\n');
  });
});
