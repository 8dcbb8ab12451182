import type { Pace } from './pace.js';

const goalBytes = 1 << 20;
const fewest = 10;
/** SCAN walks over about so many buckets before it lets others in: some 0.2 ms of the server. */
const usually = 1000;

/** How many keys to ask for at once: as many as have 1 MiB of payload, 10 at least, and no more than the pace allows. */
export class PageSize {
  #keys: number;

  /** @param most keys, whatever their size */
  constructor(
    private readonly pace: Pace,
    private readonly most = usually,
  ) {
    this.#keys = most;
  }

  next(): number {
    return this.pace.limit(this.#keys);
  }

  learn(bytes: number, keys: number): void {
    if (keys === 0) return;
    const fitting = Math.floor(goalBytes / Math.max(1, bytes / keys));
    this.#keys = Math.max(fewest, Math.min(fitting, this.#keys * 2, this.most));
  }
}
