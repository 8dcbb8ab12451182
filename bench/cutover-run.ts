import { setTimeout as sleep } from 'node:timers/promises';
import { audit } from '../test/lab/audit.js';
import { now } from '../test/lab/clock.js';
import { waitFor } from '../test/lab/wait-for.js';
import { longestWait, writeGap } from '../test/lab/write-gap.js';
import { startWriters, type Writers } from '../test/lab/writers.js';
import type { Pair } from './bare-cutover.js';
import type { Contender, Prepared } from './contender.js';

/** What one cutover under writes took, in ms, and whether it lost anything. */
export interface CutoverRun {
  /** From the last acknowledgement by the old server to the first by the new one, over all writers. */
  writeGapMs: number;
  /** The longest that one writer waited for its next acknowledgement. */
  longestWaitMs: number;
  pauseToParkedMs?: number;
  pauseToPromotedMs?: number;
  /** From the reply to the promotion until the waiting writers were let go and sent away. */
  promotedToReleasedMs?: number;
  acknowledged: number;
  lost: number;
  overlap: number;
}

export interface RunOptions {
  contender: Contender;
  pair: Pair;
  writers: number;
  ratePerWriter: number;
  /** Of the writers' keys: another for each run. */
  prefix: string;
}

/** Lets writers settle in, cuts over under them, audits, and makes a pair again for the next run. */
export async function measureRun(options: RunOptions): Promise<{ run: CutoverRun; pair: Pair }> {
  const { contender, pair, writers: count, ratePerWriter, prefix } = options;
  const prepared = await contender.prepare(pair);
  const writers = await startWriters({ ...pair, count, ratePerWriter, prefix });
  try {
    return { run: await cutOverUnder(writers, pair, prepared), pair: await prepared.restore() };
  } finally {
    await writers.kill();
  }
}

async function cutOverUnder(writers: Writers, { source, target }: Pair, prepared: Prepared): Promise<CutoverRun> {
  await sleep(300);
  const since = now();
  const times = await prepared.cutOver();
  await untilWriting(writers, target.address);
  const journal = await writers.stop();
  const { acknowledged, lost, duplicated, unexpected } = await audit(target, journal);
  const gap = writeGap(journal.entries);
  if (gap?.from !== source.address) throw new Error('the writers did not go from the source to the target');
  return {
    writeGapMs: gap.gapMs,
    longestWaitMs: longestWait(journal.entries, { since }).ms,
    ...times,
    acknowledged,
    lost: lost.length + duplicated.length + unexpected.length,
    overlap: gap.overlap.length,
  };
}

/** Until each writer has had the time for some writes there. */
async function untilWriting(writers: Writers, address: string): Promise<void> {
  await waitFor(() => writers.each.every(({ progress }) => progress.lastAckBy[address] !== undefined), {
    what: `every writer to write to ${address}`,
  });
  await sleep(100);
}
