import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fill } from '../test/lab/fill.js';
import { type RedisServer, startRedis } from '../test/lab/redis.js';
import { benchmark, type Measured } from './benchmark.js';
import type { Contender } from './copy/contenders.js';
import { redisShake } from './copy/redis-shake.js';
import { serverSettings } from './machine.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 3,
  keys: 1_000_000,
  bytes: 100,
  partitions: 2,
  /** 0: off. A machine that is busy with other things makes it brake. */
  brake: 1,
  /** Copied once at the end, to see whether the rate stays; 0: not at all. */
  manyKeys: 0,
};
type Settings = typeof settings;

export const copy = benchmark({
  describes:
    "dump-restore: ours, the usual ioredis script, and RedisShake's scan mode where REDIS_SHAKE names its binary",
  settings,
  run,
});

interface Took {
  ms: number;
  cpuMs: number;
  aboveIdleMb: number;
  /** Processor time of each server meanwhile: what a rate that falls as datasets grow comes from. */
  sourceCpuMs: number;
  targetCpuMs: number;
}

interface Round {
  ours: Took;
  script: Took;
  redisShakeMs: number | null;
}

async function run(settings: Settings, progress: (line: string) => void): Promise<Measured> {
  const { rounds, keys, bytes, manyKeys } = settings;
  const [source, target] = [await startRedis({ persistence: 'none' }), await startRedis({ persistence: 'none' })];
  try {
    await fill(source, { keys, bytes });
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const took = await measure(source, target, settings);
      progress(`round ${round + 1}/${rounds}: ${JSON.stringify(took)}`);
      all.push(took);
    }
    await target.cli('FLUSHALL');
    await fill(source, { keys: manyKeys, bytes });
    const many = manyKeys > 0 ? await copyBy('ours', source, target, settings) : null;
    return summarize(all, many, settings, await serverSettings(source));
  } finally {
    await source.discard();
    await target.discard();
  }
}

/** Each takes its turn on the same source and an empty target. */
async function measure(source: RedisServer, target: RedisServer, settings: Settings): Promise<Round> {
  const binary = process.env.REDIS_SHAKE;
  const ours = await copyBy('ours', source, target, settings);
  const script = await copyBy('script', source, target, settings);
  await target.cli('FLUSHALL');
  return { ours, script, redisShakeMs: binary ? await shake(binary, source, target) : null };
}

async function copyBy(
  name: Contender,
  source: RedisServer,
  target: RedisServer,
  { partitions, brake }: Settings,
): Promise<Took> {
  await target.cli('FLUSHALL');
  const entry = fileURLToPath(new URL('./copy/process.js', import.meta.url));
  const args = [entry, name, source.port, target.port, partitions, brake].map(String);
  const before = await Promise.all([cpuMsOf(source), cpuMsOf(target)]);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [sourceCpuMs, targetCpuMs] = [(await cpuMsOf(source)) - before[0], (await cpuMsOf(target)) - before[1]];
  await expectAll(source, target);
  return { ...JSON.parse(stdout), sourceCpuMs, targetCpuMs };
}

async function cpuMsOf(server: RedisServer): Promise<number> {
  const { used_cpu_user, used_cpu_sys } = await server.info('cpu');
  return Math.round((Number(used_cpu_user) + Number(used_cpu_sys)) * 1000);
}

async function shake(binary: string, source: RedisServer, target: RedisServer): Promise<number> {
  const ms = await redisShake(binary, { source: source.port, target: target.port });
  await expectAll(source, target);
  return ms;
}

async function expectAll(source: RedisServer, target: RedisServer): Promise<void> {
  const [here, there] = await Promise.all([source.cli('DEBUG', 'DIGEST'), target.cli('DEBUG', 'DIGEST')]);
  if (here !== there) throw new Error('the target is not equal to the source');
}

function summarize(rounds: Round[], many: Took | null, settings: Settings, servers: Record<string, string>): Measured {
  const figures = {
    oursMs: summary(rounds.map(({ ours }) => ours.ms)),
    oursCpuMs: summary(rounds.map(({ ours }) => ours.cpuMs)),
    oursSourceCpuMs: summary(rounds.map(({ ours }) => ours.sourceCpuMs)),
    oursTargetCpuMs: summary(rounds.map(({ ours }) => ours.targetCpuMs)),
    oursAboveIdleMb: summary(rounds.map(({ ours }) => ours.aboveIdleMb)),
    scriptMs: summary(rounds.map(({ script }) => script.ms)),
    redisShakeMs: summary(rounds.flatMap(({ redisShakeMs }) => redisShakeMs ?? [])),
    many,
  };
  const ours = figures.oursMs?.median;
  const perKey = (ms: number | undefined, keys: number) => (ms === undefined ? undefined : ms / keys);
  const ratios = known({
    'script / ours, median time': ratio(figures.scriptMs?.median, ours),
    'RedisShake / ours, median time': ratio(figures.redisShakeMs?.median, ours),
    'rate of many keys / rate': ratio(perKey(ours, settings.keys), perKey(many?.ms, settings.manyKeys)),
  });
  return { servers, figures, ratios };
}
