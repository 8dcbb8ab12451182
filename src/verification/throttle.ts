import { setTimeout as sleep } from 'node:timers/promises';
import { Pace } from '../keys/pace.js';

/** Null: unlimited. */
export interface Limits {
  maxKeysPerSecond: number | null;
  maxBytesPerSecond: number | null;
  paused?: boolean;
}

export const unlimited: Limits = { maxKeysPerSecond: null, maxBytesPerSecond: null };

const pollMs = 200;

/** Holds batches back, to limits that may change at any time. */
export class Throttle {
  readonly keys: Pace;
  readonly #bytes: Pace;

  /** @param limits asked before each batch, and while one waits */
  constructor(
    private readonly limits: () => Limits,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.keys = new Pace(() => limits().maxKeysPerSecond);
    this.#bytes = new Pace(() => limits().maxBytesPerSecond);
  }

  /** Resolves when so many keys may be looked at. @throws the signal's abort */
  async takeKeys(keys: number): Promise<void> {
    while (this.limits().paused) await sleep(pollMs, undefined, this.signal ? { signal: this.signal } : {});
    await this.keys.take(keys, this.signal);
  }

  /** Resolves when the next bytes may be read after these. @throws the signal's abort */
  async takeBytes(bytes: number): Promise<void> {
    await this.#bytes.take(bytes, this.signal);
  }
}
