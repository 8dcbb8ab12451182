import { fill } from '../test/lab/fill.js';
import { Lab, lab } from '../test/lab/lab.js';
import { startRedis } from '../test/lab/redis.js';
import { replicate } from '../test/lab/replicate.js';
import type { Pair } from './bare-cutover.js';
import { benchmark, type Measured } from './benchmark.js';
import { bareScript, type Contender, failover } from './contender.js';
import { type CutoverRun, measureRun } from './cutover-run.js';
import { serverSettings } from './machine.js';
import { ours, oursLive } from './ours.js';
import { known, ratio, summary } from './summary.js';

const settings = {
  rounds: 50,
  keys: 1_000_000,
  bytes: 64,
  writers: 8,
  ratePerWriter: 500,
  /** The engine's failover takes part in each so many rounds; 0: never. */
  failoverEvery: 5,
  /** 0 leaves ours out, and Temporal with it. */
  withOurs: 1,
  /** Ours by method live too. */
  withLive: 1,
};
type Settings = typeof settings;

export const cutover = benchmark({
  describes:
    'how long nobody can write: the bare script, the engine FAILOVER and ours, in turn on the same two servers',
  settings,
  run,
});

async function run(settings: Settings, progress: (line: string) => void): Promise<Measured> {
  const place = await open(settings);
  try {
    const runs = new Map(Object.keys(place.contenders).map(name => [name, [] as CutoverRun[]]));
    let pair = place.pair;
    for (let round = 0; round < settings.rounds; round++)
      for (const [name, contender] of takingPart(place.contenders, round, settings)) {
        const result = await measureRun({ contender, pair, prefix: `${name}-${round}`, ...settings });
        progress(`round ${round + 1}/${settings.rounds} ${name}: ${JSON.stringify(result.run)}`);
        runs.get(name)?.push(result.run);
        pair = result.pair;
      }
    return { servers: await serverSettings(pair.source), ...summarize(runs) };
  } finally {
    await place.close();
  }
}

/** Ours brings Temporal and a worker along; they idle beside the others, so that all have the same company. */
async function open({ withOurs, withLive, keys, bytes }: Settings) {
  const it = withOurs ? await lab() : await twoServers();
  try {
    const pair: Pair = { source: it.source, target: it.target };
    await fill(pair.source, { keys, bytes });
    await replicate({ from: pair.source, to: pair.target });
    const contenders: Record<string, Contender> = { bareScript, failover };
    if (it instanceof Lab) contenders.ours = ours(it.client);
    if (it instanceof Lab && withLive) contenders.live = oursLive(it.client);
    return { pair, contenders, close: () => it.close() };
  } catch (error) {
    await it.close();
    throw error;
  }
}

async function twoServers(): Promise<Pick<Lab, 'source' | 'target' | 'close'>> {
  const [source, target] = [await startRedis(), await startRedis()];
  return { source, target, close: async () => void (await Promise.all([source.discard(), target.discard()])) };
}

const takingPart = (contenders: Record<string, Contender>, round: number, { failoverEvery }: Settings) =>
  Object.entries(contenders).filter(
    ([name]) => name !== 'failover' || (failoverEvery > 0 && round % failoverEvery === 0),
  );

function summarize(runs: Map<string, CutoverRun[]>): Measured {
  const figures = Object.fromEntries([...runs].map(([name, each]) => [name, figuresOf(each)]));
  const { bareScript: bare, ...others } = figures;
  const ratios: Record<string, number | undefined> = {};
  for (const [name, { writeGapMs }] of Object.entries(others)) {
    ratios[`${name} / bareScript, median write gap`] = ratio(writeGapMs?.median, bare?.writeGapMs?.median);
    ratios[`${name} / bareScript, worst write gap`] = ratio(writeGapMs?.worst, bare?.writeGapMs?.worst);
  }
  return { figures, ratios: known(ratios) };
}

function figuresOf(runs: readonly CutoverRun[]) {
  const of = (name: keyof CutoverRun) => summary(runs.map(run => run[name]).filter(value => value !== undefined));
  const total = (name: 'acknowledged' | 'lost' | 'overlap') => runs.reduce((sum, run) => sum + run[name], 0);
  return {
    writeGapMs: of('writeGapMs'),
    longestWaitMs: of('longestWaitMs'),
    pauseToParkedMs: of('pauseToParkedMs'),
    pauseToPromotedMs: of('pauseToPromotedMs'),
    promotedToReleasedMs: of('promotedToReleasedMs'),
    acknowledged: total('acknowledged'),
    lost: total('lost'),
    overlap: total('overlap'),
  };
}
