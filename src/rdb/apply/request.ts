import type { CopyRate, CopySelection, PartitionProgress } from '../../copy/index.js';
import { headerBytes } from '../header.js';

export interface ApplyRequest {
  /** `check` changes nothing: it counts which of the selected keys the target has. */
  mode: 'check' | 'copy';
  /** As for the copy of a partition: `fail` is a check first, then `replace`. */
  onConflict: 'replace' | 'skip';
  selection: CopySelection;
  /** Whether the target gets the function libraries too: only where everything is copied. */
  functions: boolean;
  /** By how many ms all expiries are made later: nothing expires on the target by itself. @default 0 */
  expiryShiftMs?: number;
  rate: CopyRate;
  /** The checkpoint of a slice before. Its `cursor` is a position in the snapshot, and its `sourceRunId` says in which one. */
  resume: PartitionProgress | null;
  /** Ends the slice after so long; what was begun is finished. */
  sliceMs: number;
}

/** Where a snapshot is read on: the position of a record, and the database that is selected there. */
export interface Place {
  position: number;
  db: number;
}

/** Where the first record is. */
export const beginning: Place = { position: headerBytes, db: 0 };

export const asCursor = ({ position, db }: Place): string => `${position}/${db}`;

export function placeOf(cursor: string): Place {
  const [position, db] = cursor.split('/').map(Number);
  return { position: position ?? 0, db: db ?? 0 };
}
