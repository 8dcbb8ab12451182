import { afterEach, expect, it } from 'vitest';
import { Closers } from '../../lab/closers.js';
import { fill, type RedisServer, startRedis, waitFor } from '../../lab/index.js';
import { InProcess } from './in-process.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (): Promise<RedisServer> => closers.keep(startRedis(), server => server.discard());
/** Of the stream: each key by a command of its own. */
async function megabyte(server: RedisServer): Promise<void> {
  const connection = await server.connect();
  await connection.pipeline(Array.from({ length: 1000 }, (_, n) => ['SET', `big:${n}`, 'x'.repeat(1000)]));
  connection.close();
}
const unlimited = { maxKeysPerSecond: null, maxBytesPerSecond: null };

async function following(control: { maxKeysPerSecond?: number; maxBytesPerSecond?: number; paused?: boolean } = {}) {
  const [source, target] = await Promise.all([start(), start()]);
  const it = new InProcess(source, target);
  await source.cli('SET', 'first', '1');
  await it.until(target, 'first', '1');
  it.control = { paused: false, ...unlimited, ...control };
  return { source, target, it };
}

const lagOf = ({ progress }: InProcess): number => (progress ? progress.received - progress.applied : 0);

it('a limit of bytes holds back what is applied, not what is received, and is lifted while it waits', async () => {
  const { source, target, it: follower } = await following({ maxBytesPerSecond: 100_000 });
  await megabyte(source);
  await waitFor(() => lagOf(follower) > 900_000, { what: 'all of it to be received' });
  const [from, at] = [follower.progress?.applied ?? 0, performance.now()];
  await new Promise(resolve => setTimeout(resolve, 2000));
  const perSecond = ((follower.progress?.applied ?? 0) - from) / ((performance.now() - at) / 1000);
  expect(perSecond).toBeGreaterThan(50_000);
  expect(perSecond).toBeLessThan(150_000);
  const { etaSeconds, appliedBytesPerSecond, limited } = follower.progress ?? {};
  expect(limited).toBe(true);
  expect(appliedBytesPerSecond).toBeGreaterThan(20_000);
  expect(etaSeconds).not.toBe(0);
  follower.control = { paused: false, ...unlimited };
  await source.cli('SET', 'last', '1');
  await follower.until(target, 'last', '1');
  expect(performance.now() - at).toBeLessThan(6000);
  await follower.stop();
});

it('a limit of keys counts the commands of the stream', async () => {
  const { source, target, it: follower } = await following({ maxKeysPerSecond: 200 });
  await megabyte(source);
  const at = performance.now();
  await waitFor(async () => Number(await target.cli('DBSIZE')) > 300, { what: 'some of them' });
  expect(performance.now() - at).toBeGreaterThan(700);
  expect(Number(await target.cli('DBSIZE'))).toBeLessThan(700);
  follower.control = { paused: false, ...unlimited };
  await waitFor(async () => Number(await target.cli('DBSIZE')) > 1000, { what: 'the rest' });
  await follower.stop();
});

it('the snapshot is held back as well, by limits and by a pause, and lets go at once', async () => {
  const [source, target] = await Promise.all([start(), start()]);
  await fill(source, { keys: 20_000, bytes: 10 });
  const follower = new InProcess(source, target, { control: { maxKeysPerSecond: 2000 }, sourceKeys: 20_000 });
  await waitFor(() => (follower.progress?.snapshot?.keysDone ?? 0) > 4000, { what: 'the first keys' });
  expect(follower.progress?.snapshot?.keysPerSecond).toBeLessThan(4000);
  expect(follower.progress?.etaSeconds).toBeGreaterThan(2);
  follower.control = { paused: true, ...unlimited };
  await new Promise(resolve => setTimeout(resolve, 500));
  const held = Number(await target.cli('DBSIZE'));
  await new Promise(resolve => setTimeout(resolve, 700));
  expect(Number(await target.cli('DBSIZE'))).toBe(held);
  expect(held).toBeLessThan(20_000);
  follower.control = { paused: false, ...unlimited };
  await waitFor(async () => Number(await target.cli('DBSIZE')) > 20_000, { what: 'all keys', timeoutMs: 3000 });
  await waitFor(() => follower.progress?.phase === 'stream', { what: 'the stream' });
  await follower.stop();
});
