/** Turns a lag in bytes into one in time: how long ago the primary was where the standby is now. */
export class LagClock {
  private readonly samples: { at: number; offset: number }[] = [];

  /** @param at any clock, in ms */
  sample(at: number, primaryOffset: number): void {
    this.samples.push({ at, offset: primaryOffset });
    if (this.samples.length > 600) this.samples.shift();
  }

  /** Null when the standby is further behind than was watched. */
  lagMs(at: number, standbyOffset: number): number | null {
    const reached = this.samples.findLast(sample => sample.offset <= standbyOffset);
    const next = this.samples.find(sample => sample.offset > standbyOffset);
    if (!next) return 0;
    return reached ? Math.max(0, Math.round(at - next.at)) : null;
  }
}
