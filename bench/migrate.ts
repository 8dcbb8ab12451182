import { copyPartition, planCopy } from '../src/copy/index.js';
import { Selection } from '../src/selection/selection.js';
import { fill } from '../test/lab/fill.js';
import { type RedisServer, startRedis } from '../test/lab/redis.js';
import { bareMigrate } from './bare-migrate.js';
import { benchmark, type Measured } from './benchmark.js';
import { serverSettings } from './machine.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 3,
  keys: 1_000_000,
  bytes: 100,
  /** 0: off. A machine that is busy with other things makes it brake. */
  brake: 1,
};
type Settings = typeof settings;

/** Of the bare loop: it has the best of them. */
const batches = [100, 1000, 10_000];

export const migrate = benchmark({
  describes: 'method migrate, and a bare loop of SCAN and MIGRATE COPY with the best of several batch sizes',
  settings,
  run,
});

interface Pair {
  source: RedisServer;
  target: RedisServer;
}

/** ms by contender. */
type Round = Record<string, number>;

async function run({ rounds, keys, bytes, brake }: Settings, progress: (line: string) => void): Promise<Measured> {
  const source = await startRedis({ persistence: 'none' });
  const target = await startRedis({ persistence: 'none' });
  try {
    await fill(source, { keys, bytes });
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const times = await measure({ source, target }, keys, brake === 1);
      progress(`round ${round + 1}/${rounds}: ${JSON.stringify(times)}`);
      all.push(times);
    }
    return summarize(all, keys, await serverSettings(source));
  } finally {
    await Promise.all([source.discard(), target.discard()]);
  }
}

async function measure({ source, target }: Pair, keys: number, brake: boolean): Promise<Round> {
  const times: Round = {};
  const take = async (name: string, copy: () => Promise<number>) => {
    await target.cli('FLUSHALL');
    times[name] = Math.round(await copy());
    const copied = Number(await target.cli('DBSIZE'));
    if (copied !== keys) throw new Error(`${name} copied ${copied} of ${keys} keys`);
  };
  await take('oursMs', () => ours({ source, target }, brake));
  for (const batch of batches) await take(`bare${batch}Ms`, () => bareMigrate(source, target, batch));
  return times;
}

/** As the workflow does it: each database is one partition. */
async function ours({ source, target }: Pair, brake: boolean): Promise<number> {
  const { host, port } = target;
  const endpoints = { source: endpoint('source', source), target: endpoint('target', target) };
  const selection = Selection.of({ filter: null, rename: null });
  const startedAt = performance.now();
  const { partitions, baseline } = await planCopy(endpoints, selection, { partitions: 1 });
  const transport = { kind: 'migrate', address: { host, port }, move: false } as const;
  const rate = { maxKeysPerSecond: null, maxBytesPerSecond: null, brake, baseline };
  const common = { transport, selection, rate, mode: 'copy', onConflict: 'replace', resume: null } as const;
  const writer = { name: 'bench', admit: async () => {} };
  const hooks = { onProgress: () => {}, signal: new AbortController().signal, writer };
  for (const partition of partitions) {
    const { progress, finding } = await copyPartition(endpoints, { ...common, partition, sliceMs: 600_000 }, hooks);
    if (!progress.done) throw new Error(`not done: ${finding?.message}`);
  }
  return performance.now() - startedAt;
}

const endpoint = (side: 'source' | 'target', { host, port }: RedisServer) => ({ side, host, port });

function summarize(rounds: Round[], keys: number, servers: Record<string, string>): Measured {
  const names = Object.keys(rounds[0] ?? {});
  const figures = Object.fromEntries(names.map(name => [name, summary(rounds.map(round => round[name] ?? 0))]));
  const medians = names.filter(name => name !== 'oursMs').map(name => figures[name]?.median ?? 0);
  const [oursMs, bestMs] = [figures.oursMs?.median, Math.min(...medians)];
  const keysPerSecond = { ours: Math.round((keys / (oursMs ?? 1)) * 1000), bare: Math.round((keys / bestMs) * 1000) };
  return {
    servers,
    figures: { ...figures, keysPerSecond },
    ratios: known({ 'rate, ours / bare loop at its best batch size': ratio(bestMs, oursMs) }),
  };
}
