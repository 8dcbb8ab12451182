import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useTwoServers } from '../../copy/two-servers.js';
import type { Command } from '../../lab/index.js';
import { differences } from '../stream/differences.js';
import { begin, Following } from './following.js';
import { RecordedStream } from './recorded-stream.js';

const { source, target } = await useTwoServers({ source: { config: { 'repl-diskless-sync': 'no' } } });
const element = (n: number): Buffer => Buffer.alloc(1 << 20, `element ${n} `);
const elements = Array.from({ length: 8 }, (_, n) => element(n));

describe('a big value that is fetched', () => {
  let stream: RecordedStream;
  let following: Following;

  beforeEach(async () => {
    stream = await RecordedStream.attach(source);
    await begin(stream, target);
    await source.cli('CONFIG', 'RESETSTAT');
  });
  afterEach(async () => {
    await following.stop();
    stream.close();
  });

  const write = async (...commands: Command[]) => {
    const connection = await source.connect();
    for (const reply of await connection.pipeline(commands)) if (reply instanceof Error) throw reply;
    connection.close();
  };
  const callsOf = async (command: string): Promise<number> => {
    const stats = await source.info('commandstats');
    return Number(/calls=(\d+)/.exec(stats[`cmdstat_${command}`] ?? '')?.[1] ?? 0);
  };

  it('goes in pieces, with its expiry, and nothing is left over', async () => {
    for (const key of ['string', 'list', 'set', 'zset']) await target.cli('XADD', key, '*', 'in', 'its place');
    following = new Following(stream, { source, target });
    await write(
      ['SETRANGE', 'string', 0, Buffer.concat(elements)],
      ['APPEND', 'string', 'end'],
      ['PEXPIRE', 'string', 1_000_000],
      ['RPUSH', 'list', ...elements],
      ['SADD', 'set', ...elements],
      ['ZADD', 'zset', ...elements.flatMap((bytes, n) => [n, bytes])],
    );
    await following.caughtUp(source);
    await following.finish(target);
    expect(await callsOf('dump')).toBe(0);
    expect(await callsOf('getrange')).toBeGreaterThan(10);
    expect(await differences(source, target)).toEqual([]);
    expect(await target.cli('DBSIZE')).toBe('4');
    expect(await target.cli('PEXPIRETIME', 'string')).toBe(await source.cli('PEXPIRETIME', 'string'));
    expect(await target.cli('TTL', 'list')).toBe('-1');
  });

  it('while it is written again and again has each write once', async () => {
    await target.cli('XADD', 'list', '*', 'in', 'its place');
    following = new Following(stream, { source, target });
    await write(['RPUSH', 'list', ...elements]);
    const connection = await source.connect();
    for (let n = 0; n < 2000; n++) await connection.send('RPUSH', 'list', n);
    connection.close();
    await following.caughtUp(source);
    await following.finish(target);
    expect(await target.cli('LLEN', 'list')).toBe('2008');
    expect(await differences(source, target)).toEqual([]);
    expect(await target.cli('DBSIZE')).toBe('1');
  });
});
