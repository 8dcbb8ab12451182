/** Bytes that are no RDB, or go beyond a limit: nothing after them can be believed. */
export class RdbError extends Error {
  override readonly name = 'RdbError';

  /** @param position bytes of the snapshot before the offending ones */
  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(`at byte ${position} of the snapshot: ${reason}`);
  }
}
