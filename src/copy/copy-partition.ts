import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorType, MigrationError } from '../contract/errors.js';
import { Pace } from '../keys/pace.js';
import { attempt } from './attempt.js';
import type { Lane } from './lane.js';
import { Ledger } from './ledger.js';
import { Patience } from './patience.js';
import { type PartitionProgress, unstarted } from './progress.js';
import type { CopyRequest, Endpoints } from './request.js';
import { CopySession } from './session.js';

export interface CopyHooks {
  /** Gets a checkpoint after each batch: all keys before its cursor are on the target, and counted in it. */
  onProgress(progress: PartitionProgress): void;
  /** Ends the slice early. */
  signal: AbortSignal;
}

export interface PartitionReport {
  progress: PartitionProgress;
  /** What a person must see to before it can go on: the target is full, a right is missing, ... */
  finding: { type: ErrorType; message: string; remedy: string } | null;
}

/** What is on its way when the signal comes may arrive, so that it needs not be done again. */
const graceMs = 100;

/**
 * Copies a partition, or goes on with it, until it is done or the slice is over. Reconnects by itself, and goes on from
 * its own checkpoint, as long as there is some progress. The signal is answered with what is done so far.
 * @throws MigrationError Unreachable, when a server could not be reached for about 20 s
 */
export async function copyPartition(
  endpoints: Endpoints,
  request: CopyRequest,
  hooks: CopyHooks,
): Promise<PartitionReport> {
  const ledger = new Ledger(request.resume ?? unstarted(request.partition));
  const slice = new Slice(endpoints, request, hooks, ledger);
  const patience = new Patience();
  while (!hooks.signal.aborted) {
    try {
      await slice.run(patience);
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

const findingOf = ({ type, message, remedy }: MigrationError) => ({ type, message, remedy });

/** The time of one call, over all its connections. */
class Slice {
  readonly #pace: Lane['pace'];
  readonly #end: number;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly request: CopyRequest,
    private readonly hooks: CopyHooks,
    private readonly ledger: Ledger,
  ) {
    const { maxKeysPerSecond, maxBytesPerSecond } = request.rate;
    this.#pace = { keys: new Pace(maxKeysPerSecond ?? undefined), bytes: new Pace(maxBytesPerSecond ?? undefined) };
    this.#end = performance.now() + request.sliceMs;
  }

  /** On one pair of connections. */
  async run(patience: Patience): Promise<void> {
    const { request, hooks, ledger } = this;
    const session = await CopySession.open(this.endpoints, request);
    const stop = () => setTimeout(() => session.close(), graceMs);
    hooks.signal.addEventListener('abort', stop);
    if (hooks.signal.aborted) stop();
    try {
      await attempt({
        lane: { session, request, pace: this.#pace, signal: hooks.signal },
        ledger,
        // While it fails, the end of the slice would hide it.
        goOn: () => !hooks.signal.aborted && (patience.tried || performance.now() < this.#end),
        onCounted: () => {
          patience.restore();
          hooks.onProgress(ledger.progress);
        },
      });
    } finally {
      hooks.signal.removeEventListener('abort', stop);
      session.close();
    }
  }
}
