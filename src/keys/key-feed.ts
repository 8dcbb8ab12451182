import type { KeyBatch } from './key-batch.js';

/** Work, a batch at a time. */
export interface Feed<Batch> {
  /** The next batch, undefined after the last. @throws MigrationError */
  next(): Promise<Batch | undefined>;
  /** Gives a batch back, to be filled again. */
  recycle(batch: Batch): void;
}

/** Keys of one database of one server. */
export type KeyFeed = Feed<Page>;

export interface Page {
  keys: KeyBatch;
  /** Keys that the server gave, those included that were not taken. */
  seen: number;
  /** Where to go on after these keys. */
  cursor: string;
}
