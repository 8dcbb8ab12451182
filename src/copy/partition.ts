import type { Range } from '../cluster/index.js';
import type { ScanRange } from '../keys/scan-feed.js';

/** A range of SCAN cursors of one source database, scanned and resumed apart from the others. */
export interface Partition {
  db: number;
  /** The cursor to begin at. */
  from: string;
  /** The cursor at which the next one begins; null: to the end. */
  to: string | null;
  /** Of a cluster: the primary to be scanned, `host:port`. */
  node?: string;
  /** Of a cluster: only keys of these slots. @default all that the node has */
  slots?: Range[];
}

const bits = 64;

/**
 * The place of a cursor in the order in which SCAN goes, from 0 to 2^64: its bits, reversed.
 *
 * Redis and Valkey keep keys in a table of 2^n buckets, by the low n bits of their hashes. SCAN counts the bucket's
 * index up in reversed bit order, so that a key's place in the scan, the reversed hash, doesn't depend on n. A call at
 * cursor c gives all keys of the bucket c mod 2^n (while the table is resized: of the smaller table's bucket and of
 * those of the larger table that it is split into), and returns the cursor of the next bucket. Hence what holds for a
 * scan from anywhere, for a table of any size at each call: when it began at cursor a and has come to c, every key was
 * given whose place is from a's to c's, and that was there all the time. So the scan may begin at any cursor, not
 * just 0, and has done its part when the place of the next one is reached. Keys near a boundary may be given twice.
 * Sources: dict.c (dictScan) of Redis 2.8 to 8, hashtable.c (hashtableScan) of Valkey 8.1 on.
 */
export function placeOf(cursor: string): bigint {
  return reversed(BigInt(cursor));
}

function reversed(value: bigint): bigint {
  const digits = value.toString(2).padStart(bits, '0');
  return BigInt(`0b${[...digits].reverse().join('')}`);
}

/** The whole of a database, in `count` partitions of equal size. @param count a power of two */
export function cut(db: number, count: number): Partition[] {
  const step = (1n << BigInt(bits)) / BigInt(count);
  const starts = Array.from({ length: count }, (_, index) => String(reversed(step * BigInt(index))));
  return starts.map((from, index) => ({ db, from, to: starts[index + 1] ?? null }));
}

/** A partition, as it is scanned. */
export class PartitionRange implements ScanRange {
  readonly #end: bigint;
  /** Keys a place, as far as the pages tell. */
  #density: number | undefined;

  constructor({ to }: Partition) {
    this.#end = to === null ? 1n << BigInt(bits) : placeOf(to);
  }

  /** Near the end few: what lies beyond it is the next partition's, and would be copied twice. */
  limit(cursor: string, most: number): number {
    if (this.#density === undefined) return most;
    const left = Math.ceil(Number(this.#end - placeOf(cursor)) * this.#density);
    return Math.max(1, Math.min(most, left));
  }

  endsAfter(from: string, to: string, seen: number): boolean {
    if (to === '0') return true;
    this.#density = seen / Math.max(1, Number(placeOf(to) - placeOf(from)));
    return placeOf(to) >= this.#end;
  }
}
