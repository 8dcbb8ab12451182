import { verify as compare } from '../src/verification/index.js';
import { fill } from '../test/lab/fill.js';
import { type Lab, lab } from '../test/lab/lab.js';
import type { RedisServer } from '../test/lab/redis.js';
import { benchmark, type Measured } from './benchmark.js';
import { serverSettings } from './machine.js';
import { abort, startMigration, stepsMs, untilReady } from './migrations.js';
import { known, ratio, summary } from './summary.js';
import { verificationFloor } from './verification-floor.js';

const settings = { rounds: 5, keys: 1_000_000, bytes: 100 };
type Settings = typeof settings;

export const verify = benchmark({
  describes:
    'full verification of every key: by the function, as the step of a migration, and the floor: DUMP and PTTL',
  settings,
  run,
});

interface Round {
  floorMs: number;
  directMs: number;
  /** Of the processor: what a busy machine doesn't bend as much. */
  directCpuMs: number;
  stepMs: number;
}

async function run({ rounds, keys, bytes }: Settings, progress: (line: string) => void): Promise<Measured> {
  const it = await lab();
  try {
    await fill(it.source, { keys, bytes });
    const all: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      const result = await measure(it, keys);
      progress(`round ${round + 1}/${rounds}: ${JSON.stringify(result)}`);
      all.push(result);
      await it.target.cli('FLUSHALL');
    }
    return summarize(all, keys, await serverSettings(it.source));
  } finally {
    await it.close();
  }
}

/** The migration makes the copy and compares it; while it waits for its cutover, the function compares it again. */
async function measure({ client, source, target }: Lab, keys: number): Promise<Round> {
  const handle = await startMigration(client, { source, target }, 'full');
  const status = await untilReady(handle);
  expectAll(status.verification, keys);
  const sides = [endpoint('source', source), endpoint('target', target)] as const;
  const floorMs = await elapsed(() => verificationFloor(sides, keys));
  const before = process.cpuUsage();
  const directMs = await elapsed(async () => expectAll(await compare(...sides), keys));
  const { user, system } = process.cpuUsage(before);
  await abort(handle);
  return { floorMs, directMs, directCpuMs: Math.round((user + system) / 1000), stepMs: stepsMs(status, 'verify') };
}

async function elapsed(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return Math.round(performance.now() - startedAt);
}

const endpoint = (side: 'source' | 'target', { host, port }: RedisServer) => ({ side, host, port });

/** The migration's own keys may be counted too. */
function expectAll(result: { verdict: string; compared: number } | null, keys: number): void {
  if (result?.verdict !== 'consistent' || result.compared < keys)
    throw new Error(`not every key was compared and found equal: ${JSON.stringify(result)}`);
}

function summarize(rounds: Round[], keys: number, servers: Record<string, string>): Measured {
  const of = (name: keyof Round) => summary(rounds.map(round => round[name]));
  const rateOf = (name: keyof Round) => summary(rounds.map(round => Math.round((keys / round[name]) * 1000)));
  const figures = {
    floorMs: of('floorMs'),
    directMs: of('directMs'),
    directCpuMs: of('directCpuMs'),
    stepMs: of('stepMs'),
    directKeysPerSecond: rateOf('directMs'),
    stepKeysPerSecond: rateOf('stepMs'),
  };
  const ratios: Record<string, number | undefined> = {
    'direct / floor, median time': ratio(figures.directMs?.median, figures.floorMs?.median),
    'step / floor, median time': ratio(figures.stepMs?.median, figures.floorMs?.median),
  };
  return { servers, figures, ratios: known(ratios) };
}
