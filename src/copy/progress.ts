import { hasKeptWrites, type Identities } from './identities.js';
import type { Outcome } from './outcome.js';
import type { Partition } from './partition.js';

/** What came of the keys of a partition so far. */
export interface Counts {
  /** Keys that SCAN gave, the filtered ones included: the share of the partition that is done. */
  scanned: number;
  copied: number;
  /** The target had them (`onConflict: skip`), a batch's own ones included that was sent again after an interruption. */
  skipped: number;
  /** Deleted or expired on the source between the scan and the copy. */
  gone: number;
  /** Of the copied: by native commands in bounded pieces. */
  inPieces: number;
  /** Big keys that changed again and again while they were copied: left to the delta pass. */
  busy: number;
  /** Payload read from the source. */
  bytes: number;
  /** Mode `check`: selected keys that the target has. */
  conflicts: number;
}

/** The checkpoint of a partition. JSON; small enough for a heartbeat. */
export interface PartitionProgress extends Counts {
  format: 1;
  /** All keys before it are counted, and acknowledged by the target. */
  cursor: string;
  done: boolean;
  /** `run_id`s. Another source has another hash seed, to which the cursor means nothing; another target may have lost keys. */
  sourceRunId: string;
  targetRunId: string;
  /** Where a restarted target with AOF is certain to have everything before, and what was counted until there. */
  safe: Counts & { cursor: string };
  /** Keys a second that the brake allows; null: it doesn't brake. */
  brakedTo: number | null;
  /** The first conflicting key names, escaped. */
  examples: string[];
  /** What the target can't hold, by name; the first of them. */
  unheld: string[];
}

/** How many names each list has at most. */
export const mostNames = 10;

const none: Counts = {
  scanned: 0,
  copied: 0,
  skipped: 0,
  gone: 0,
  inPieces: 0,
  busy: 0,
  bytes: 0,
  conflicts: 0,
};

export const countsOf = (progress: Counts): Counts => {
  const { scanned, copied, skipped, gone, inPieces, busy, bytes, conflicts } = progress;
  return { scanned, copied, skipped, gone, inPieces, busy, bytes, conflicts };
};

export function unstarted({ from }: Partition): PartitionProgress {
  const [cursor, safe] = [from, { ...none, cursor: from }];
  const servers = { sourceRunId: '', targetRunId: '' };
  return { format: 1, cursor, done: false, ...none, ...servers, safe, brakedTo: null, examples: [], unheld: [] };
}

/**
 * Where to go on with these servers. With another source from the start; so too with a target that restarted, since it
 * may have lost what it acknowledged, unless its append-only file has all but the last seconds.
 */
export function resumeWith(last: PartitionProgress, servers: Identities, partition: Partition): PartitionProgress {
  const { sourceRunId, targetRunId } = servers;
  if (last.sourceRunId === '' || (last.sourceRunId !== sourceRunId && !last.done))
    return { ...unstarted(partition), sourceRunId, targetRunId };
  if (last.targetRunId === targetRunId) return last;
  if (!hasKeptWrites(last.targetRunId, servers) || last.sourceRunId !== sourceRunId)
    return { ...unstarted(partition), sourceRunId, targetRunId };
  return { ...last, ...last.safe, done: false, targetRunId };
}

/** The progress after a batch. */
export function advance(last: PartitionProgress, outcome: Outcome, page: { seen: number; cursor: string }) {
  const counts = countsOf(last);
  for (const name of Object.keys(outcome.counts) as (keyof Outcome['counts'])[]) counts[name] += outcome.counts[name];
  counts.scanned += page.seen;
  const examples = [...last.examples, ...outcome.examples].slice(0, mostNames);
  const unheld = [...new Set([...last.unheld, ...outcome.unheld])].slice(0, mostNames);
  return { ...last, ...counts, cursor: page.cursor, examples, unheld };
}
