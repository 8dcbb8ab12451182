import type { Counts } from './progress.js';

/** What came of one batch of keys. */
export class Outcome {
  readonly counts: Omit<Counts, 'scanned'> = {
    copied: 0,
    skipped: 0,
    gone: 0,
    inPieces: 0,
    busy: 0,
    bytes: 0,
    conflicts: 0,
  };
  /** Escaped names of conflicting keys. */
  readonly examples: string[] = [];
  /** What the target can't hold, by name. */
  readonly unheld: string[] = [];
}
