/** So many looks above the bound, one after the other, are more than an accident. */
const patience = 3;
const growthPerSecond = 1.2;
/** However slow a server is, it goes on. */
const least = 100;
/** A limit of more than twice what is done needs no longer be one, after so many looks. */
const looksUntilFree = 20;

export interface Observation {
  /** The latency is above its bound. */
  above: boolean;
  /** Units a second, as measured. */
  perSecond: number;
  /** Since the last observation. */
  elapsedMs: number;
}

/** Decides how fast to go: half as fast while latency is too high, faster step by step when it isn't. */
export class Throttle {
  #above = 0;
  #unused = 0;

  /** @param limit units a second; null: any */
  constructor(public limit: number | null) {}

  /** @returns units a second from now on; null: any */
  observe({ above, perSecond, elapsedMs }: Observation): number | null {
    this.#above = above ? this.#above + 1 : 0;
    if (this.#above >= patience) this.#slowDown(perSecond);
    else if (!above && this.limit !== null) this.#speedUp(this.limit, perSecond, elapsedMs);
    return this.limit;
  }

  #slowDown(perSecond: number): void {
    this.#above = 0;
    this.#unused = 0;
    this.limit = Math.max(least, (this.limit ?? perSecond) / 2);
  }

  #speedUp(limit: number, perSecond: number, elapsedMs: number): void {
    this.#unused = limit > perSecond * 2 ? this.#unused + 1 : 0;
    this.limit = this.#unused >= looksUntilFree ? null : limit * growthPerSecond ** (elapsedMs / 1000);
  }
}
