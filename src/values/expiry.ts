/**
 * Expiries this far off (the year 3084, in Unix ms) are left as they are: nothing of them comes true during a migration,
 * and Redis 8.0 refuses a field's expiry from twice that on.
 */
export const farExpiry = 2 ** 45;

/** The expiry that a target has for one of the source, both in Unix ms. */
export const shifted = (at: number, shiftMs: number): number => (at >= farExpiry ? at : at + shiftMs);

/**
 * Expiries as PEXPIRETIME or PTTL give them: negative when there is none, or no key.
 * @param shiftMs by how much those of the target are later on purpose
 */
export const expiryDiffers = (source: number, target: number, toleranceMs: number, shiftMs = 0): boolean =>
  source < 0 || target < 0 ? source !== target : Math.abs(shifted(source, shiftMs) - target) > toleranceMs;
