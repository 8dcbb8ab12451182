import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../contract/errors.js';
import type { FeedStatus } from './feed-status.js';
import { WayBackLost } from './way-back-lost.js';

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** Tries again and again, and says what is in the way. @throws WayBackLost; Superseded; the signal's reason */
export async function insist<Result>(
  signal: AbortSignal,
  status: Pick<FeedStatus, 'trouble'>,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 2)) {
    signal.throwIfAborted();
    const began = performance.now();
    try {
      const result = await work();
      status.trouble(null);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error)) throw error;
      status.trouble(error);
      if (performance.now() - began > longestPauseMs) pause = firstPauseMs;
    }
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

const isFinal = (error: unknown): boolean =>
  error instanceof WayBackLost || (error instanceof MigrationError && error.type === 'Superseded');
