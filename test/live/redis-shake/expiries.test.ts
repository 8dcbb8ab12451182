import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { promotedKey } from '../../../src/cutover/marker.js';
import { Promoted } from '../../../src/live/follow/request.js';
import { type Command, contents, fill, startRedis, waitFor } from '../../lab/index.js';
import { workflowId } from '../apply/following.js';
import { InProcess } from '../follow/in-process.js';
import { untilNothingExpires } from '../follow/settled.js';

const names = Array.from({ length: 50 }, (_, n) => n);
const lifeMs = 2500;

async function twoServers() {
  const servers = await Promise.all([startRedis(), startRedis()]);
  onTestFinished(async () => {
    await Promise.all(servers.map(server => server.discard()));
  });
  return servers;
}

/** The numbers are issues of RedisShake. */
it('a key that is renewed, made lasting or left to expire while the copy runs has the fate of the source (244, 981)', async () => {
  const [source, target] = await twoServers();
  await fill(source, { keys: 6000 });
  const connection = await source.connect();
  onTestFinished(() => connection.close());
  const each = (command: (n: number) => Command) => connection.pipeline(names.map(command));
  for (const kind of ['renewed', 'lasting', 'left']) await each(n => ['SET', `${kind}:${n}`, 7, 'PX', lifeMs]);
  const following = new InProcess(source, target, { control: { maxKeysPerSecond: 1500 } });
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

it('what the old source lets expire after the cutover is not removed from the new one (943)', async () => {
  const [source, target] = await twoServers();
  await source.cli('SET', 'late', 'value', 'PX', '1000');
  const following = new InProcess(source, target);
  await following.until(target, 'late', 'value');
  // As a promotion does: its mark first, and then nobody is connected any more.
  await target.cli('SET', promotedKey, JSON.stringify({ workflowId, to: 'target' }));
  await target.cli('CLIENT', 'KILL', 'TYPE', 'normal');
  await target.cli('PERSIST', 'late');
  await waitFor(async () => (await source.cli('DBSIZE')) === '0', { what: 'the source to let it expire' });
  await source.cli('SET', 'too', 'late');
  await waitFor(() => following.ended, { what: 'nobody to follow the source' });
  await expect(following.stop()).rejects.toThrow(Promoted);
  expect(await target.cli('GET', 'late')).toBe('value');
  expect(await target.cli('EXISTS', 'too')).toBe('0');
});
