import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { Selection } from '../../../src/selection/selection.js';
import { Closers } from '../../lab/closers.js';
import { fill, type RedisServer, startProxy, startRedis, waitFor } from '../../lab/index.js';
import { InProcess } from './in-process.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (): Promise<RedisServer> => closers.keep(startRedis(), server => server.discard());

const selection = Selection.of({
  filter: { match: [], exclude: [], types: ['string'], databases: [] },
  rename: null,
});

it('a source that begins anew while the last of its snapshot is written is begun anew with, at the same offset too', async () => {
  const [source, target] = await Promise.all([start(), start()]);
  await fill(source, { keys: 1000 });
  await source.cli('SAVE');
  await source.cli('SET', 'lost', 'by the crash');
  const following = new InProcess(source, target, { control: { maxKeysPerSecond: 2000 } });
  await waitFor(() => following.progress?.phase === 'snapshot', { what: 'the snapshot to be written' });
  await source.restart({ graceful: false });
  await source.cli('SET', 'after', 'it');
  await following.until(target, 'after', 'it');
  expect(await target.cli('EXISTS', 'lost')).toBe('0');
  await following.stop();
});

it('a source that answers under another replication id is asked for its stream anew', async () => {
  const [source, target] = await Promise.all([start(), start()]);
  const following = new InProcess(source, target, { selection });
  await source.cli('SET', 'before', 'it');
  await following.until(target, 'before', 'it');
  await source.cli('DEBUG', 'CHANGE-REPL-ID');
  // Its type must be asked for, by another connection than the stream's.
  await source.cli('RENAME', 'before', 'after');
  await following.until(target, 'after', 'it');
  await following.stop();
});

it('what an earlier connection has sent, and comes when another one has taken its place, is not done twice', async () => {
  const [source, target] = await Promise.all([start(), start()]);
  const link = await closers.keep(startProxy({ to: target }), it => it.close());
  const following = new InProcess(source, link);
  await source.cli('SET', 'counter', '0');
  await following.until(target, 'counter', '0');
  const letGo = link.hold();
  await source.cli('INCR', 'counter');
  // The connection is given up for its silence.
  await following.until(target, 'counter', '1', 30_000);
  letGo();
  await source.cli('SET', 'after', 'it');
  await following.until(target, 'after', 'it');
  await sleep(500);
  expect(await target.cli('GET', 'counter')).toBe('1');
  await following.stop();
}, 40_000);
