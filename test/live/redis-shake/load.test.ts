import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { endpoint } from '../../copy/support.js';
import { Closers } from '../../lab/closers.js';
import { fill, type RedisOptions, type RedisServer, startProxy, startRedis, waitFor } from '../../lab/index.js';
import { workflowId } from '../apply/following.js';
import { Follower } from '../follow/follower.js';
import { InProcess } from '../follow/in-process.js';
import { apart } from '../follow/settled.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (options: RedisOptions = {}): Promise<RedisServer> =>
  closers.keep(startRedis({ persistence: 'none', ...options }), server => server.discard());

/** The numbers are issues of RedisShake. */
describe('a target that stands still (45, 360, 416, 422, 603, 929, 958)', () => {
  it("overflows no buffer of the source's, and meets none of its time limits: it sends its snapshot once", async () => {
    const config = {
      'client-output-buffer-limit': 'replica 1mb 1mb 1',
      'repl-timeout': '2',
      'repl-backlog-size': '16kb',
    };
    const [source, target] = await Promise.all([start({ config }), start()]);
    const link = await closers.keep(startProxy({ to: target }), it => it.close());
    await fill(source, { keys: 5000 });
    const following = new InProcess(source, link);
    await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there' });
    link.stall();
    const connection = await source.connect();
    for (let n = 0; n < 45; n++) {
      await connection.pipeline(
        Array.from({ length: 10 }, () => ['APPEND', `log:${n % 3}`, Buffer.alloc(100_000, 'x')]),
      );
      await sleep(100);
    }
    link.resume();
    await following.finish(source, target);
    expect(Number((await source.info('stats')).sync_full)).toBe(1);
    const lengths = await Promise.all([source, target].map(server => server.cli('STRLEN', 'log:2')));
    expect(lengths).toEqual(['15000000', '15000000']);
    connection.close();
  });
});

describe('big keys (583, 759, 761)', () => {
  it('are never held as a whole: 256 MiB of them take less than as much', async () => {
    const [source, target] = await Promise.all([start(), start()]);
    const connection = await source.connect();
    const element = Buffer.from(Array.from({ length: 1 << 20 }, () => Math.floor(Math.random() * 256)));
    await connection.pipeline([
      ['SETRANGE', 'zeros', (64 << 20) - 1, '!'],
      ['RPUSH', 'list', ...Array.from({ length: 64 }, () => element)],
      ...Array.from({ length: 64 }, (): [string, string, Buffer] => ['APPEND', 'string', element]),
      ['HSET', 'hash', ...Array.from({ length: 64 }, (_, n) => [n, element]).flat()],
    ]);
    connection.close();
    const ends = { source: endpoint('source', source), target: endpoint('target', target) };
    const plan = { filter: null, rename: null };
    const rate = { maxKeysPerSecond: null, maxBytesPerSecond: null };
    const follower = new Follower({ workflowId, ...ends, plan, rate, targetWasEmpty: true, sourceKeys: 0 });
    await follower.start();
    const look = async () => (follower.failures.length > 0 ? null : apart(source, target, workflowId));
    await waitFor(look, { what: 'all of it', until: found => found === null, timeoutMs: 25_000 });
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${follower.pid}/status`, 'utf8'))?.[1];
    await follower.end('SIGTERM');
    expect(follower.failures).toEqual([]);
    expect(Number(peak) / 1024).toBeLessThan(250);
    for (const command of [
      ['STRLEN', 'zeros'],
      ['STRLEN', 'string'],
      ['LLEN', 'list'],
      ['HLEN', 'hash'],
    ])
      expect(await target.cli(...command)).toBe(await source.cli(...command));
  });
});
