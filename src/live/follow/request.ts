import type { Writer } from '../../copy/index.js';
import type { Selection } from '../../selection/selection.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { SpoolSettings } from '../spool/settings.js';

export interface FollowRequest {
  /** Whose checkpoint it is. */
  workflowId: string;
  source: Endpoint;
  target: Endpoint;
  selection: Selection;
  /** The databases that get keys had none when the migration began: what is there is the migration's. */
  targetWasEmpty: boolean;
  /** Of the source, as it was seen last: one that comes back with much less has lost something. */
  sourceKeys: number;
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null };
  /** Where spools are on this machine, and how they are kept. */
  spoolDir: string;
  spool?: Partial<SpoolSettings>;
}

export interface FollowHooks {
  signal: AbortSignal;
  writer: Writer;
  /** Whether the operator wants nothing to be written for now. */
  paused(): boolean;
  onProgress(progress: FollowProgress): void;
}

/** For a heartbeat: small, and readable. */
export interface FollowProgress {
  phase: 'connecting' | 'snapshot' | 'stream' | 'paused';
  /** Replication offsets: of the last byte that came from the source, and of the last that is on the target for sure. */
  received: number;
  applied: number;
  /** What the stream takes on this machine's disk. */
  spoolBytes: number;
  /** Why the source has to wait for room; null: it doesn't. */
  spoolFull: 'limit' | 'disk' | null;
  /** Why the source, or the target, is not being worked with at the moment; null: it is. */
  trouble: string | null;
}

/** The target has been promoted: nothing of this migration writes to it any more. */
export class Promoted extends Error {
  override readonly name = 'Promoted';
}
