import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Units a second; undefined or null: as many as there are; 0: none for now. */
export type PaceLimit = number | null | undefined;

/** Who waits looks so often whether the limit is another one, in ms. */
const lookMs = 100;

/** Holds work back, so that on average no more than so many units (keys, bytes) a second go through. */
export class Pace {
  #slowedTo = Number.POSITIVE_INFINITY;
  /** Units that were let in, and those of them whose time had come when the limit was looked at last. */
  #taken = 0;
  #due = 0;
  #lookedAt = 0;
  #rate = Number.POSITIVE_INFINITY;

  /** @param perSecond a function is asked again and again, by those that wait too */
  constructor(private readonly perSecond: PaceLimit | (() => PaceLimit)) {}

  /** How many units to take at once: a tenth of a second's at most. */
  limit(units: number): number {
    const rate = this.#asked;
    return rate === Number.POSITIVE_INFINITY ? units : Math.max(1, Math.min(units, Math.ceil(rate / 10)));
  }

  /** From now on no more than this, until told otherwise; undefined: only what was asked for from the start. */
  slowTo(perSecond: number | undefined): void {
    this.#slowedTo = perSecond ?? Number.POSITIVE_INFINITY;
  }

  /** Whether there is a limit at all. */
  get limited(): boolean {
    return this.#asked !== Number.POSITIVE_INFINITY;
  }

  /** Resolves when these units may go. @throws the signal's abort */
  async take(units: number, signal?: AbortSignal): Promise<void> {
    this.#look();
    const before = this.#taken;
    this.#taken += units;
    for (let waitMs = this.#until(before); waitMs > 0; waitMs = this.#until(before)) {
      // As many lanes wait on one signal as there are: Node takes more than ten for a leak.
      if (signal) setMaxListeners(0, signal);
      await sleep(Math.min(waitMs, lookMs), undefined, signal ? { signal } : {});
      this.#look();
    }
  }

  /** What was let in waits by the limit that is in force, not by the one of when it came. */
  #look(): void {
    const now = performance.now();
    this.#due = Math.min(this.#taken, this.#due + this.#progress(now));
    this.#lookedAt = now;
    this.#rate = this.#asked;
  }

  #progress(now: number): number {
    return this.#rate === Number.POSITIVE_INFINITY ? this.#taken : (this.#rate * (now - this.#lookedAt)) / 1000;
  }

  /** In ms: until so many units have gone. */
  #until(units: number): number {
    if (this.#rate === Number.POSITIVE_INFINITY) return 0;
    if (this.#rate === 0) return lookMs;
    return ((units - this.#due) / this.#rate) * 1000;
  }

  get #asked(): number {
    const asked = typeof this.perSecond === 'function' ? this.perSecond() : this.perSecond;
    return Math.min(asked ?? Number.POSITIVE_INFINITY, this.#slowedTo);
  }
}
