import { afterEach, describe, expect, it } from 'vitest';
import { endpoint } from '../../copy/support.js';
import { Closers } from '../../lab/closers.js';
import {
  contents,
  fill,
  type RedisOptions,
  type RedisServer,
  replicate,
  startProxy,
  startRedis,
  waitFor,
} from '../../lab/index.js';
import { workflowId } from '../apply/following.js';
import { Follower } from '../follow/follower.js';
import { InProcess } from '../follow/in-process.js';
import { apart, leave } from '../follow/settled.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (options: RedisOptions = {}): Promise<RedisServer> =>
  closers.keep(startRedis({ persistence: 'none', ...options }), server => server.discard());
const fullSyncs = async (server: RedisServer) => Number((await server.info('stats')).sync_full);

/** The numbers are issues of RedisShake. */
describe('a restart (18, 123, 440, 451, 455, 474, 519, 796, 1007, 1016)', () => {
  it('goes on from where it was, in the snapshot as in the stream: the source sends its snapshot once', {
    timeout: 60_000,
  }, async () => {
    const [source, target] = await Promise.all([start(), start()]);
    await fill(source, { keys: 20_000 });
    const rate = { maxKeysPerSecond: 10_000, maxBytesPerSecond: null };
    const plan = { filter: null, rename: null };
    const ends = { source: endpoint('source', source), target: endpoint('target', target) };
    const follower = new Follower({ workflowId, ...ends, plan, rate, targetWasEmpty: true, sourceKeys: 0 });
    const keys = async () => Number(await target.cli('DBSIZE'));
    await follower.start();
    // Its place is noted twice a second.
    await waitFor(async () => (await keys()) > 8000, { what: 'half of the snapshot' });
    await follower.end('SIGKILL');
    const before = await keys();
    await follower.start();
    await waitFor(() => follower.progress?.phase === 'stream', { what: 'the stream' });
    expect(before).toBeLessThan(20_000);
    const connection = await source.connect();
    for (let kill = 0; kill < 2; kill++) {
      for (let n = 0; n < 200; n++)
        await connection.pipeline([
          ['INCR', 'counter'],
          ['RPUSH', 'list', n],
        ]);
      await follower.end('SIGKILL');
      await follower.start();
    }
    connection.close();
    await waitFor(() => apart(source, target, workflowId), { what: 'all of it', until: found => found === null });
    await follower.end('SIGTERM');
    await leave(target, workflowId);
    expect(follower.failures).toEqual([]);
    expect(await fullSyncs(source)).toBe(1);
    expect(await target.cli('GET', 'counter')).toBe('400');
    expect(await contents(target)).toEqual(await contents(source));
  });
});

describe('a blip of the network, and a failover of the source (534, 601, 833, 935)', () => {
  it('are survived without another snapshot', async () => {
    const [source, replica, target] = await Promise.all([start(), start(), start()]);
    await replicate({ from: source, to: replica });
    const link = await closers.keep(startProxy({ to: source }), it => it.close());
    const following = new InProcess(link, target);
    await source.cli('SET', 'before', 'it');
    await following.until(target, 'before', 'it');
    for (let blip = 0; blip < 3; blip++) {
      await link.cut();
      await source.cli('INCR', 'counter');
      await link.restore();
    }
    await waitFor(async () => (await target.cli('GET', 'counter')) === '3', { what: 'what was written meanwhile' });
    await waitFor(async () => (await replica.cli('GET', 'counter')) === '3', { what: 'the replica to have it' });
    await source.kill();
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    link.to = replica;
    await link.cut();
    await link.restore();
    await replica.cli('INCR', 'counter');
    await following.until(target, 'counter', '4');
    expect(await fullSyncs(replica)).toBe(0);
    await following.finish(replica, target);
  });
});

describe('what was deleted meanwhile (376, 791, 795, 816, 930, 955, 1057)', () => {
  it('is not left over where the source has to send another snapshot: the counts are the same', async () => {
    const [source, target] = await Promise.all([start({ config: { 'repl-backlog-size': '16kb' } }), start()]);
    const link = await closers.keep(startProxy({ to: source }), it => it.close());
    await fill(source, { keys: 2000 });
    const following = new InProcess(link, target);
    await waitFor(() => following.progress?.phase === 'stream', { what: 'the snapshot to be there' });
    await link.cut();
    for (let n = 0; n < 1000; n += 100)
      await source.cli('DEL', ...Array.from({ length: 100 }, (_, index) => `key:${n + index}`));
    await fill(source, { keys: 1000, prefix: 'other', database: 2 });
    await source.cli('SET', 'big', 'x'.repeat(100_000));
    await link.restore();
    await following.until(target, 'big', 'x'.repeat(100_000));
    await following.finish(source, target);
    expect(await fullSyncs(source)).toBe(2);
    expect(await contents(target)).toEqual(await contents(source));
  });
});
