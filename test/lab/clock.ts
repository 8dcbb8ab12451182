/** Microseconds of the machine's monotonic clock: comparable between processes, and never set back. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n);

/** The same moment as Unix milliseconds. */
export const asUnixMs = (moment: number): number => Date.now() - (now() - moment) / 1000;
