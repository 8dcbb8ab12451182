import type { MigrationStatus } from '../../contract/status.js';
import { explainCall } from '../client/failures.js';
import type { Snapshot } from '../client/snapshot.js';
import { formatClock } from '../view/format.js';

/** What a watcher knows at a moment. */
export interface Known {
  /** The latest that was seen. */
  status: MigrationStatus | null;
  snapshot: Snapshot | null;
  /** That the status may be old, and why. */
  warning: string | null;
  /** Since when nothing was heard, in Unix ms. */
  silentSince: number | null;
}

export const nothingKnown: Known = { status: null, snapshot: null, warning: null, silentSince: null };

/** Looks once. An outage of Temporal or of the worker is part of what is known; only what can't get better is thrown. */
export const lookOnce = async (look: () => Promise<Snapshot>, before: Known): Promise<Known> => {
  try {
    const snapshot = await look();
    if (snapshot.silence === null) return { ...nothingKnown, snapshot, status: snapshot.status };
    const known = silent(before, `${snapshot.silence}; it goes on when a worker runs: redis-migration worker`);
    return { ...known, snapshot };
  } catch (error) {
    const failure = explainCall(error);
    if (failure === null || failure.exitCode !== 5) throw error;
    return silent(before, `Temporal does not answer (${failure.message}); trying again`);
  }
};

const silent = (before: Known, why: string): Known => {
  const silentSince = before.silentSince ?? Date.now();
  return { ...before, silentSince, warning: `Since ${formatClock(silentSince)}: ${why}` };
};
