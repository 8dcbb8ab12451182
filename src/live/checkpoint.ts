import { createHash } from 'node:crypto';
import { ownPrefix } from '../contract/own-prefix.js';

/**
 * Up to where the target has the source's stream of writes. It is kept on the target, and changes in the same transaction
 * as the data: whoever reads it knows what was applied, whatever died.
 */
export interface Checkpoint {
  format: 1;
  /** The source's replication id, and the offset of the last byte that was applied. */
  replicationId: string;
  offset: number;
  /** The database that the stream has selected at that offset: a partial resync doesn't say it again. */
  db: number;
  /** Unix ms: when the byte at `offset` came from the source. */
  arrivedAt: number;
  /**
   * While a snapshot is being applied: where it is read on (see `ApplyRequest.resume`), and which one it is. The stream
   * after it has not begun then. Null: the snapshot is all there.
   */
  snapshot: { name: string; cursor: string } | null;
  /** Expiries on the target are so many ms later than on the source: nothing expires there by itself. */
  expiryShiftMs: number;
  /** Answers to all commands up to this offset were looked at. Behind `offset` after a crash: what lies between is in doubt. */
  checked: number;
  /** The database that the stream has selected at `checked`. */
  checkedDb: number;
  /** Keys of the source whose value on the target is of a later offset than `offset`: what the stream says of them until then is skipped. */
  fetched: FetchedKey[];
  /** How often the target had to be filled again from a fresh snapshot, and why the last time. Missing: never. */
  anew?: { times: number; why: string } | null;
}

export interface FetchedKey {
  db: number;
  /** Its name on the source, in base64. */
  key: string;
  /** Offset at which its value was read. */
  until: number;
}

/** Where the keys of the future are, as a hash: the checkpoint is written with every batch, they only when they change. */
export const fetchedKey = (workflowId: string): string => `${checkpointKey(workflowId)}:fetched`;

/** Of one migration. The first byte of its hash tag allows one for each slot of a cluster later. */
export const checkpointKey = (workflowId: string): string =>
  `${ownPrefix}live:${createHash('sha256').update(workflowId).digest('hex').slice(0, 16)}`;

/** Up to where the target has the stream for sure: what was not looked at may have failed. Null: it has not begun. */
export const appliedOffset = (checkpoint: Checkpoint | null): number | null =>
  checkpoint === null || checkpoint.snapshot !== null ? null : Math.min(checkpoint.offset, checkpoint.checked);

/** Null: there is none. */
export function parseCheckpoint(value: unknown): Checkpoint | null {
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return null;
  const checkpoint = JSON.parse(value.toString()) as Checkpoint;
  if (checkpoint.format !== 1)
    throw new Error(`a checkpoint of format ${checkpoint.format}, which a later version wrote`);
  return checkpoint;
}
