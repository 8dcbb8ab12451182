import type { Control } from '../../contract/messages.js';
import type { StreamProgress } from '../../contract/status.js';
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
  /** Where spools are on this machine, and how they are kept. */
  spoolDir: string;
  spool?: Partial<SpoolSettings>;
}

export interface FollowHooks {
  signal: AbortSignal;
  writer: Writer;
  /** What the operator wants: asked all the time, by what waits too. */
  control(): Control;
  onProgress(progress: FollowProgress): void;
}

/** For a heartbeat: small, and readable. */
export interface FollowProgress extends StreamProgress {
  /** Replication offsets: of the last byte that came from the source, and of the last that is on the target for sure. */
  received: number;
  applied: number;
  /** Why the source has to wait for room; null: it doesn't. */
  spoolFull: 'limit' | 'disk' | null;
  /** Of the snapshot, in the phase of that name: bytes that are on the target, and keys, those that aren't selected included. */
  snapshot: { bytesDone: number; bytesTotal: number | null; keysDone: number; keysPerSecond: number | null } | null;
  /** What of the snapshot the target can't hold, the first of it by name. */
  unheld: readonly string[];
  /** A limit of the operator's is in force. */
  limited: boolean;
  /** Until the snapshot is on the target, or the stream caught up with; null: not as things are, or not known. */
  etaSeconds: number | null;
}

/** The target has been promoted: nothing of this migration writes to it any more. */
export class Promoted extends Error {
  override readonly name = 'Promoted';
}
