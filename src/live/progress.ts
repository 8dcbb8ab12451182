import type { Progress, StreamProgress } from '../contract/status.js';
import { catchUpSeconds, gainPerSecond } from './follow/meter.js';
import type { FollowProgress } from './follow/request.js';

/** What both servers say. */
export type Seen = Pick<Progress, 'keysDone' | 'keysTotal' | 'lagBytes' | 'lagMs'> & {
  /** The stream is applied, and the target is too far behind. */
  catchingUp: boolean;
};

/** What servers and worker say, together. @param followed what the worker that follows the source told last; null: not known */
export function liveProgress(seen: Seen, followed: FollowProgress | null): Progress {
  const { catchingUp, ...figures } = seen;
  const { snapshot = null } = followed ?? {};
  return {
    ...figures,
    bytesDone: snapshot?.bytesDone ?? null,
    bytesTotal: snapshot?.bytesTotal ?? null,
    keysPerSecond: rounded(snapshot?.keysPerSecond),
    etaSeconds: etaOf(seen, followed),
    ...(followed && { stream: streamOf(seen, followed) }),
  };
}

function etaOf({ catchingUp, lagBytes }: Seen, followed: FollowProgress | null): number | null {
  if (!followed || followed.phase === 'paused') return null;
  if (followed.snapshot) return followed.etaSeconds;
  return catchingUp && lagBytes !== null ? catchUpSeconds(lagBytes, followed) : null;
}

function streamOf(seen: Seen, followed: FollowProgress): StreamProgress {
  const { phase, spoolBytes, receivedBytesPerSecond, appliedBytesPerSecond } = followed;
  return {
    phase,
    receivedBytesPerSecond: rounded(receivedBytesPerSecond),
    appliedBytesPerSecond: rounded(appliedBytesPerSecond),
    spoolBytes,
    trouble: followed.trouble ?? troubleOf(seen, followed),
  };
}

const whyFull = {
  limit: 'The spool has as much as it may (REDIS_MIGRATION_SPOOL_MAX)',
  disk: "The spool's disk is full",
} as const;

function troubleOf({ catchingUp }: Seen, followed: FollowProgress): string | null {
  const { phase, spoolFull, limited } = followed;
  if (spoolFull) return `${whyFull[spoolFull]}: the source waits.`;
  // What the worker told may be some seconds old: of before there was a lag it says nothing.
  const lags = catchingUp && phase === 'stream' && followed.received > followed.applied;
  if (!lags || (gainPerSecond(followed) ?? 1) > 0) return null;
  return limited
    ? 'The source writes faster than the rate limit lets the target take: raise it (setRate), or it never catches up.'
    : 'The source writes faster than the target takes: as things are, it never catches up.';
}

const rounded = (value: number | null | undefined): number | null => (value == null ? null : Math.round(value));
