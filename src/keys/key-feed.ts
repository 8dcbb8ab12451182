import type { KeyBatch } from './key-batch.js';

/** Keys of one database of one server, a batch at a time. */
export interface KeyFeed {
  /** The next batch, undefined after the last. @throws MigrationError */
  next(): Promise<Page | undefined>;
  /** Gives a batch back, to be filled again. */
  recycle(keys: KeyBatch): void;
}

export interface Page {
  keys: KeyBatch;
  /** Keys that the server gave, those included that were not taken. */
  seen: number;
  /** Where to go on after these keys. */
  cursor: string;
}
