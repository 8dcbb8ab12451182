import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Holds work back, so that on average no more than so many units (keys, bytes) a second go through. */
export class Pace {
  #free = 0;
  #slowedTo = Number.POSITIVE_INFINITY;

  /** @param perSecond undefined: as many as there are */
  constructor(private readonly perSecond: number | undefined) {}

  /** How many units to take at once: a tenth of a second's at most. */
  limit(units: number): number {
    const rate = this.#rate;
    return rate === undefined ? units : Math.max(1, Math.min(units, Math.ceil(rate / 10)));
  }

  /** From now on no more than this, until told otherwise; undefined: only what was asked for from the start. */
  slowTo(perSecond: number | undefined): void {
    this.#slowedTo = perSecond ?? Number.POSITIVE_INFINITY;
  }

  /** Resolves when these units may go. @throws the signal's abort */
  async take(units: number, signal?: AbortSignal): Promise<void> {
    const rate = this.#rate;
    if (rate === undefined) return;
    const now = performance.now();
    const begin = Math.max(now, this.#free);
    this.#free = begin + (units / rate) * 1000;
    if (begin <= now) return;
    // As many lanes wait on one signal as there are: Node takes more than ten for a leak.
    if (signal) setMaxListeners(0, signal);
    await sleep(begin - now, undefined, signal ? { signal } : {});
  }

  get #rate(): number | undefined {
    const rate = Math.min(this.perSecond ?? Number.POSITIVE_INFINITY, this.#slowedTo);
    return rate === Number.POSITIVE_INFINITY ? undefined : rate;
  }
}
