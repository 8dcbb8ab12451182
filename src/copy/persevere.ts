import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorType, MigrationError } from '../contract/errors.js';
import type { Ledger } from './ledger.js';
import { Patience } from './patience.js';
import type { PartitionProgress } from './progress.js';
import type { CopyHooks } from './request.js';
import { type Job, Slice } from './slice.js';

export interface PartitionReport {
  progress: PartitionProgress;
  /** What a person must see to before it can go on: the target is full, a right is missing, ... */
  finding: { type: ErrorType; message: string; remedy: string } | null;
}

/** Connections are given up soon after the signal; this is when nobody waits even for that. */
const abortMs = 150;

/**
 * Does a job until it is done or its slice is over. It connects again by itself, and goes on from the ledger's checkpoint,
 * as long as there is some progress. The signal is answered with what is done so far.
 * @throws MigrationError Unreachable, when a server could not be reached for about 20 s
 */
export async function persevere<Session extends { close(): void }>(
  job: Job<Session>,
  ledger: Ledger,
  hooks: CopyHooks,
): Promise<PartitionReport> {
  const slice = new Slice(job, ledger, hooks);
  const patience = new Patience();
  while (!hooks.signal.aborted) {
    try {
      await withinGrace(slice.run(patience), hooks.signal);
      break;
    } catch (error) {
      if (hooks.signal.aborted) break;
      const verdict = patience.judge(error);
      if (verdict instanceof MigrationError) return { progress: ledger.progress, finding: findingOf(verdict) };
      await sleep(verdict, undefined, { signal: hooks.signal }).catch(() => {}); // The loop looks at the signal.
    }
  }
  return { progress: ledger.progress, finding: null };
}

/** Waits for the work, but not for long after the signal: a server may say nothing for seconds. */
async function withinGrace(work: Promise<void>, signal: AbortSignal): Promise<void> {
  work.catch(() => {}); // It may fail after nobody waits for it any more.
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).then(() => sleep(abortMs));
  try {
    await Promise.race([work, aborted]);
  } finally {
    over.abort();
    aborted.catch(() => {});
  }
}

const findingOf = ({ type, message, remedy }: MigrationError) => ({ type, message, remedy });
