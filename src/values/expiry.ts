/** Expiries as PEXPIRETIME or PTTL give them: negative when there is none. */
export const expiryDiffers = (source: number, target: number, toleranceMs: number): boolean =>
  source < 0 || target < 0 ? source !== target : Math.abs(source - target) > toleranceMs;
