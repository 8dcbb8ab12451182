import type { RowName } from '../layout.js';
import type { RowReader } from './row-reader.js';

/**
 * A piece of a value in terms of commands, whatever its encoding was. Buffers are valid only until the call that gave
 * them returns, but for the names of groups and consumers. Times are Unix ms, ids as `XADD` takes them.
 */
export type Element =
  | { kind: 'bytes'; bytes: Buffer }
  | { kind: 'item'; bytes: Buffer }
  | { kind: 'score'; member: Buffer; score: number }
  | { kind: 'field'; field: Buffer; value: Buffer; expireAt: number | null }
  | { kind: 'entry'; id: string; fields: Buffer[] }
  | StreamState
  | { kind: 'group'; name: Buffer; lastId: string /** Null: unknown. */; entriesRead: number | null }
  | { kind: 'consumer'; group: Buffer; name: Buffer; seenAt: number; activeAt: number | null }
  | { kind: 'pending'; group: Buffer; consumer: Buffer; id: string; deliveredAt: number; deliveries: number };

export interface StreamState {
  kind: 'stream';
  length: number;
  lastId: string;
  /** Null before 7.0. */
  counters: { firstId: string; maxDeletedId: string; entriesAdded: number } | null;
}

export type Emit = (element: Element) => void;

/** Turns the rows of one value, in their order, into elements. @throws RdbError */
export type Decoder = (name: RowName, row: RowReader, emit: Emit) => void;
