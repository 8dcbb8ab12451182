import type { Brake } from '../contract/plan.js';
import type { Accepts } from '../keys/scan-feed.js';
import type { ByteBuilder } from '../resp/bytes.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Latencies } from './latency.js';
import type { Partition } from './partition.js';
import type { PartitionProgress } from './progress.js';
import type { Writer } from './writers.js';

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
  /** Which selected database of the source would go to this one of the target; null: none. */
  sourceDatabase(targetDb: number): number | null;
  /** Writes the key's name on the target, both as they are on the wire: `$<length>\r\n<bytes>\r\n`. */
  appendTargetKey(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void;
  targetKey(key: Buffer): Buffer;
  /** Whether `rivalOf` is worth asking: almost never. */
  mayCollide(bytes: Uint8Array, from: number, to: number): boolean;
  /** The selected source key that is renamed to the very name that this one keeps. */
  rivalOf(key: Buffer): Buffer | null;
}

export interface CopyRate {
  maxKeysPerSecond: number | null;
  /** Of payload. */
  maxBytesPerSecond: number | null;
  brake: Brake;
  /** What PINGs took before anything was copied, from the plan; null: what they take when the slice begins. */
  baseline: Latencies | null;
}

/** How keys get from one server to the other: through this process, by DUMP and RESTORE; or by MIGRATE. */
export type Transport = { kind: 'worker' } | ByMigrate;

/** The source sends the keys to the target itself, under their own names. https://redis.io/docs/latest/commands/migrate/ */
export interface ByMigrate {
  kind: 'migrate';
  /** Where the source finds the target. */
  address: { host: string; port: number };
  /** Each key is deleted at the source when the target has it. Never overwrites: only with `onConflict: skip`. */
  move: boolean;
}

/** What copying of keys depends on, wherever they come from. */
export interface KeyRequest {
  partition: Pick<Partition, 'db' | 'node'>;
  /**
   * For `onConflict: fail` all partitions are checked first, and copied with `replace` when there is no conflict: from
   * then on those keys of the target belong to the migration, or a resumed copy would stumble over its own ones.
   */
  onConflict: 'replace' | 'skip';
  selection: CopySelection;
}

export type CopyMode = 'check' | 'check-names' | 'copy';

export interface CopyRequest extends KeyRequest {
  partition: Partition;
  /** @default through this process */
  transport?: Transport;
  /**
   * `check` changes nothing: it counts the selected keys that the target has, and those that would get one name there.
   * `check-names` counts the latter only.
   */
  mode: CopyMode;
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
  /** Limits that may change while it goes on; 0: nothing for now. @default those of the request's rate */
  limits?(): Pick<CopyRate, 'maxKeysPerSecond' | 'maxBytesPerSecond'>;
  /** Whose connection to the target it is. */
  writer: Writer;
}
