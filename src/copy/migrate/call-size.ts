import { bigBytes } from '../../keys/portions.js';

/** Applications at the source wait as long as one call takes: it sends and is sent the answers before it does anything else. */
export const boundMs = 8;

/** What a key costs besides its value, as bytes. */
const bytesAKey = 200;
const first = 100 * bytesAKey;
const least = 10 * bytesAKey;
/** Calls. */
const remembered = 9;
/** A call that lasts so long, each time, would be of a network without any delay. */
const most = 16 * bigBytes;

/** How much one call of MIGRATE may carry: learned from how long the ones before took. */
export class CallSize {
  #limit = first;
  /** Of the last calls, ms for each byte of load. */
  readonly #costs: number[] = [];

  /** What so many keys of so many bytes weigh in a call. */
  static load(keys: number, bytes: number): number {
    return keys * bytesAKey + bytes;
  }

  /** Up to which key the next call goes that begins with key `from`: one at least. @param weights bytes of each key */
  endOf(weights: Float64Array, from: number): number {
    let [to, load] = [from, 0];
    while (to < weights.length) {
      load += CallSize.load(1, weights[to] as number);
      if (load > this.#limit && to > from) break;
      to++;
    }
    return to;
  }

  /** A call of this load took so long, the way to the server and back not counted. */
  learn(load: number, ms: number): void {
    // A small one, the rest of a page, tells little of big ones; only that it was too long.
    if (load < this.#limit / 2 && ms < boundMs) return;
    this.#costs.push(Math.max(ms, 0.1) / load);
    if (this.#costs.length > remembered) this.#costs.shift();
    this.#limit = Math.max(least, Math.min(boundMs / this.#cost, this.#limit * 2, most));
  }

  /** The median: a server that had something else to do for once says nothing of what a call costs. */
  get #cost(): number {
    const sorted = this.#costs.toSorted((one, other) => one - other);
    return sorted[sorted.length >> 1] as number;
  }
}
