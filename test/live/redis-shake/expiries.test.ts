import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { type Command, contents, fill, startRedis, waitFor } from '../../lab/index.js';
import { InProcess } from '../follow/in-process.js';
import { untilNothingExpires } from '../follow/settled.js';

const names = Array.from({ length: 50 }, (_, n) => n);
const lifeMs = 1500;

/** The numbers are issues of RedisShake. */
it('a key that is renewed, made lasting or left to expire while the copy runs has the fate of the source (244, 981)', async () => {
  const [source, target] = await Promise.all([startRedis(), startRedis()]);
  onTestFinished(async () => {
    await Promise.all([source.discard(), target.discard()]);
  });
  await fill(source, { keys: 4000 });
  const connection = await source.connect();
  onTestFinished(() => connection.close());
  const each = (command: (n: number) => Command) => connection.pipeline(names.map(command));
  for (const kind of ['renewed', 'lasting', 'left']) await each(n => ['SET', `${kind}:${n}`, 7, 'PX', lifeMs]);
  const following = new InProcess(source, target, { rate: { maxKeysPerSecond: 1500, maxBytesPerSecond: null } });
  await waitFor(() => following.progress?.phase === 'snapshot', { what: 'the snapshot to be written', everyMs: 2 });
  expect(await each(n => ['PEXPIRE', `renewed:${n}`, 3_600_000])).not.toContain(0);
  await each(n => ['PERSIST', `lasting:${n}`]);
  await sleep(lifeMs + 100);
  expect(following.progress?.phase).toBe('snapshot');
  await each(n => ['INCR', `renewed:${n}`]);
  await each(n => ['INCR', `lasting:${n}`]);
  await untilNothingExpires(source);
  await following.finish(source, target);
  expect(await target.cli('GET', 'renewed:49')).toBe('8');
  expect(await target.cli('GET', 'lasting:49')).toBe('8');
  expect(await target.cli('EXISTS', 'left:0', 'left:49')).toBe('0');
  expect(await contents(target)).toEqual(await contents(source));
});
