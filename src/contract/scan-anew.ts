import type { PartitionProgress } from '../copy/progress.js';

/**
 * A move that scans again from a cursor. What was moved is no longer on the source to be counted again; what was skipped
 * is met again. Pure, for the workflow's sake.
 */
export const scanAnew = (last: PartitionProgress, cursor: string): PartitionProgress => {
  const { scanned, copied, gone, inPieces, busy, bytes, conflicts } = last;
  const counts = { scanned, copied, skipped: 0, gone, inPieces, busy, bytes, conflicts };
  return { ...last, ...counts, done: false, cursor, safe: { ...counts, cursor } };
};
