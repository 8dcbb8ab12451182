import { fill } from '../test/lab/fill.js';
import { lab } from '../test/lab/lab.js';
import { replicate } from '../test/lab/replicate.js';
import type { Pair } from './bare-cutover.js';
import { benchmark, type Measured } from './benchmark.js';
import { serverSettings } from './machine.js';
import { abort, startMigration, stepsMs, untilReady } from './migrations.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 5,
  keys: 1_000_000,
  bytes: 64,
  /** Seconds, on both servers and for both contenders; the server's own default is 5. */
  disklessSyncDelay: 0,
};
type Settings = typeof settings;

export const overhead = benchmark({
  describes: 'what the steps replicate and full-sync take longer than a bare REPLICAOF of the same data, in turn',
  settings,
  run,
});

type Contender = () => Promise<number>;

async function run({ rounds, keys, bytes, disklessSyncDelay }: Settings, progress: (line: string) => void) {
  const it = await lab({ source: { disklessSyncDelay }, target: { disklessSyncDelay } });
  try {
    await fill(it.source, { keys, bytes });
    const contenders: [string, Contender][] = [
      ['bareReplicaof', () => bare(it)],
      ['ours', () => ours(it.client, it)],
    ];
    const times = new Map(contenders.map(([name]) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      // Now the one is first, now the other: what a round leaves behind meets both.
      for (const [name, contender] of round % 2 === 0 ? contenders : contenders.toReversed()) {
        const ms = await contender();
        progress(`round ${round + 1}/${rounds} ${name}: ${Math.round(ms)} ms`);
        times.get(name)?.push(ms);
        await it.target.cli('FLUSHALL');
      }
    }
    return summarize(times.get('bareReplicaof') ?? [], times.get('ours') ?? [], await serverSettings(it.source));
  } finally {
    await it.close();
  }
}

async function bare({ source, target }: Pair): Promise<number> {
  const startedAt = performance.now();
  await replicate({ from: source, to: target });
  const ms = performance.now() - startedAt;
  await target.cli('REPLICAOF', 'NO', 'ONE');
  return ms;
}

async function ours(client: Parameters<typeof startMigration>[0], pair: Pair): Promise<number> {
  const handle = await startMigration(client, pair, 'none');
  const status = await untilReady(handle);
  await abort(handle);
  return stepsMs(status, 'replicate', 'full-sync');
}

function summarize(bareTimes: number[], ourTimes: number[], servers: Record<string, string>): Measured {
  const longer = ourTimes.map((ms, round) => ms - (bareTimes[round] ?? 0));
  const figures = { bareReplicaofMs: summary(bareTimes), oursMs: summary(ourTimes), oursLongerMs: summary(longer) };
  const times = ratio(figures.oursMs?.median, figures.bareReplicaofMs?.median);
  return { servers, figures, ratios: known({ 'ours / bareReplicaof, median': times }) };
}
