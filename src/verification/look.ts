import type { KeyBatch } from '../keys/key-batch.js';
import type { Difference } from './difference.js';
import type { Session } from './session.js';

/** What came of looking at some keys on both sides. */
export class Look {
  /** Keys that at least one side has; those that vanished meanwhile are not counted. */
  compared = 0;
  /** Of the replies of one side, to find out how many keys to ask for at once. */
  bytes = 0;
  readonly differences: Difference[] = [];
}

/** A way to look at keys of the selected database. @throws MigrationError; the signal's reason */
export type Looking = (session: Session, keys: KeyBatch, look: Look) => Promise<unknown>;
