import { setTimeout as sleep } from 'node:timers/promises';
import { bareCutover as cutOver, type Pair } from '../bench/bare-cutover.js';
import { audit } from '../test/lab/audit.js';
import { startRedis } from '../test/lab/redis.js';
import { replicate, untilInSync } from '../test/lab/replicate.js';
import { waitFor } from '../test/lab/wait-for.js';
import { writeGap } from '../test/lab/write-gap.js';
import { startWriters } from '../test/lab/writers.js';
import type { Random } from './random.js';
import type { Soak } from './soak.js';

/** What the laboratory itself is tried on: when this one fails, no other run can be trusted. */
export const bareCutover: Soak = {
  describes:
    'the bare cutover script under writers, back and forth, with stalls of the target: nothing lost, no overlap',
  rounds: 200,
  open: async () => {
    const [source, target] = [await startRedis(), await startRedis()];
    await replicate({ from: source, to: target });
    let pair: Pair = { source, target };
    return {
      round: async random => {
        const numbers = await round(pair, random);
        pair = { source: pair.target, target: pair.source };
        return numbers;
      },
      close: async () => void (await Promise.all([source.discard(), target.discard()])),
    };
  },
};

async function round(pair: Pair, random: Random): Promise<Record<string, number>> {
  await Promise.all([pair.source.cli('FLUSHALL'), untilInSync({ to: pair.target })]);
  const writers = await startWriters({ ...pair, count: random.integer(1, 6), ratePerWriter: random.integer(50, 2000) });
  try {
    await sleep(random.integer(0, 200));
    await Promise.all([cutOver(pair), random.chance(0.5) ? stall(pair, random.integer(1, 300)) : null]);
    await waitFor(() => writers.progress().lastAckBy[pair.target.address], { what: 'a write to the new master' });
    const journal = await writers.stop();
    const { acknowledged, ambiguous, ...wrong } = await audit(pair.target, journal);
    const overlap = writeGap(journal.entries)?.overlap ?? [];
    for (const [what, findings] of Object.entries({ ...wrong, overlap }))
      if (findings.length > 0) throw new Error(`${findings.length} ${what}: ${JSON.stringify(findings.slice(0, 5))}`);
    return { acknowledged, ambiguous };
  } finally {
    await writers.kill();
  }
}

async function stall({ target }: Pair, ms: number): Promise<void> {
  target.pauseProcess();
  await sleep(ms);
  target.resumeProcess();
}
