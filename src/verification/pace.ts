import { setTimeout as sleep } from 'node:timers/promises';

/** Holds batches back, so that on average no more than so many keys a second go through. */
export class Pace {
  #free = 0;

  constructor(private readonly keysPerSecond: number | undefined) {}

  /** How many keys to take at once: a tenth of a second's at most. */
  limit(keys: number): number {
    return this.keysPerSecond === undefined ? keys : Math.max(1, Math.min(keys, Math.ceil(this.keysPerSecond / 10)));
  }

  /** Resolves when these keys may be looked at. @throws the signal's abort */
  async take(keys: number, signal?: AbortSignal): Promise<void> {
    if (this.keysPerSecond === undefined) return;
    const now = performance.now();
    const begin = Math.max(now, this.#free);
    this.#free = begin + (keys / this.keysPerSecond) * 1000;
    if (begin > now) await sleep(begin - now, undefined, signal ? { signal } : {});
  }
}
