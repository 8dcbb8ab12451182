import { now } from '../../test/lab/clock.js';
import { untilInSync } from '../../test/lab/replicate.js';
import { Follower, type Servers } from './follower.js';
import { shakeSnapshot } from './redis-shake.js';

export interface SnapshotRound {
  replicaofMs: number;
  /** Processor time of both servers, their children included. */
  replicaofServersCpuMs: number;
  /** From the start until the target has all keys and the stream begins. */
  oursMs: number;
  oursCpuMs: number;
  oursServersCpuMs: number;
  aboveIdleMb: number;
  redisShakeMs: number | null;
}

/** Each brings all keys of the source to the empty target. */
export async function snapshotRound(servers: Servers): Promise<SnapshotRound> {
  const { source, target } = servers;
  await target.cli('FLUSHALL');
  const [startedAt, before] = [now(), await cpuMsOf(servers)];
  await target.cli('REPLICAOF', source.host, String(source.port));
  await untilInSync({ to: target });
  const replicaofMs = (now() - startedAt) / 1000;
  const replicaofServersCpuMs = (await cpuMsOf(servers)) - before;
  await target.cli('REPLICAOF', 'NO', 'ONE');
  await target.cli('FLUSHALL');
  const ours = await follow(servers);
  await target.cli('FLUSHALL');
  const redisShakeMs = await shakeSnapshot(servers);
  return { replicaofMs, replicaofServersCpuMs, ...ours, redisShakeMs };
}

async function follow(
  servers: Servers,
): Promise<Omit<SnapshotRound, 'replicaofMs' | 'replicaofServersCpuMs' | 'redisShakeMs'>> {
  const follower = await Follower.start(servers);
  const [before, serversBefore] = [follower.cpuMs, await cpuMsOf(servers)];
  follower.begin();
  await follower.untilStream();
  const [reachedAt, oursCpuMs] = [now(), follower.cpuMs - before];
  const { aboveIdleMb } = follower;
  const oursServersCpuMs = (await cpuMsOf(servers)) - serversBefore;
  await follower.end();
  await expectAllKeys(servers);
  return { oursMs: (reachedAt - follower.beganAt) / 1000, oursCpuMs, oursServersCpuMs, aboveIdleMb };
}

/** Expiries on the target are later as long as it is followed: so the keys are counted, not compared. */
async function expectAllKeys({ source, target }: Servers): Promise<void> {
  const [here, there] = await Promise.all([source.cli('DBSIZE'), target.cli('DBSIZE')]);
  if (here !== there) throw new Error(`the target has ${there} keys, the source ${here}`);
}

async function cpuMsOf({ source, target }: Servers): Promise<number> {
  const spent = await Promise.all([source, target].map(server => server.info('cpu')));
  const fields = ['used_cpu_user', 'used_cpu_sys', 'used_cpu_user_children', 'used_cpu_sys_children'];
  const seconds = spent.flatMap(info => fields.map(field => Number(info[field])));
  return Math.round(seconds.reduce((sum, each) => sum + each, 0) * 1000);
}
