import type { Accepts } from '../keys/scan-feed.js';
import type { ByteBuilder } from '../resp/bytes.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Latencies } from './latency.js';
import type { Partition } from './partition.js';
import type { PartitionProgress } from './progress.js';

export interface Endpoints {
  source: Endpoint;
  target: Endpoint;
}

/** Which keys are copied, and what they are called on the target. Names are bytes. */
export interface CopySelection {
  /** Never the product's own keys. */
  accepts: Accepts;
  /** Names as TYPE gives them; null: all. */
  types: ReadonlySet<string> | null;
  databases(existing: Iterable<number>): number[];
  targetDatabase(db: number): number;
  /** Writes the key's name on the target, both as they are on the wire: `$<length>\r\n<bytes>\r\n`. */
  appendTargetKey(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void;
  targetKey(key: Buffer): Buffer;
  /** Whether `rivalOf` is worth asking: almost never. */
  mayCollide(bytes: Uint8Array, from: number, to: number): boolean;
  /** The selected source key that is renamed to the very name that this one keeps. */
  rivalOf(key: Buffer): Buffer | null;
}

/**
 * How much latency the copy may cause on either server before it slows down. true: 5 times the baseline, and 10 ms
 * more than it at least; false: any.
 */
export type Brake = boolean | { ms: number } | { times: number };

export interface CopyRate {
  maxKeysPerSecond: number | null;
  /** Of payload. */
  maxBytesPerSecond: number | null;
  brake: Brake;
  /** What PINGs took before anything was copied, from the plan; null: what they take when the slice begins. */
  baseline: Latencies | null;
}

/** What copying of keys depends on, wherever they come from. */
export interface KeyRequest {
  partition: Pick<Partition, 'db'>;
  /**
   * For `onConflict: fail` all partitions are checked first, and copied with `replace` when there is no conflict: from
   * then on those keys of the target belong to the migration, or a resumed copy would stumble over its own ones.
   */
  onConflict: 'replace' | 'skip';
  selection: CopySelection;
}

export interface CopyRequest extends KeyRequest {
  partition: Partition;
  /** `check` changes nothing: it counts which of the selected keys the target has. */
  mode: 'check' | 'copy';
  rate: CopyRate;
  resume: PartitionProgress | null;
  /** Ends the slice after so long; what was begun is finished. */
  sliceMs: number;
}

export interface CopyHooks {
  /** Gets a checkpoint after each batch: all keys before its cursor are on the target, and counted in it. */
  onProgress(progress: PartitionProgress): void;
  /** Ends the slice early. */
  signal: AbortSignal;
}
