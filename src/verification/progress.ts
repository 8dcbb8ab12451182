import type { Suspect } from './suspects.js';

/** What was counted. A key that is in doubt is among the unsettled ones until it is settled. */
export interface Counts {
  /** Keys that were looked at on both sides, whatever came of it. */
  compared: number;
  /** Another value, or another expiry. */
  different: number;
  /** Only the source has them. */
  missing: number;
  /** Only the target has them. */
  extra: number;
  /** Keys that the source gave, those included that are not selected. */
  scanned: number;
  /** Keys that were mended, and found equal afterwards. */
  repaired: number;
}

/** A checkpoint, and what is shown meanwhile. JSON; its size is bounded by that of the suspects (about 1 MB at most). */
export interface VerificationProgress extends Counts {
  format: 1;
  phase: 'source scan' | 'target scan' | 'settle';
  db: number;
  /** Of SCAN in `db`: all keys before it are counted. */
  cursor: string;
  /** `run_id` of the scanned server; another one has another hash seed, to which the cursor means nothing. */
  runId: string;
  /** The counts when the scan of `db` began. */
  atDbStart: Counts;
  unsettled: number;
  /** Keys on the source when it began. */
  keysTotal: number;
  examples: readonly string[];
  suspects: readonly Suspect[];
}

export interface VerificationResult extends Counts {
  verdict: 'consistent' | 'different' | 'unsettled';
  /** Differences of keys that went on changing on the source. */
  unsettled: number;
  /** Share of the compared keys that are equal, 0 to 1. */
  consistency: number;
  /** When the verdict was true, ISO 8601 UTC. */
  at: string;
  /** The source's replication offset at that time. */
  offset: number;
  /** Escaped key names. */
  examples: readonly string[];
  /** What is different or unsettled, as far as the list's bounds go: for a last look inside the fence, or a repair. */
  suspects: readonly Suspect[];
  /** What the target can't hold of what was repaired, by escaped key names. */
  unheld: readonly string[];
}
