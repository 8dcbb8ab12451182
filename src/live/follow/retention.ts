import type { StreamSpool } from '../spool/stream-spool.js';

/** So long what was applied is kept, for a target that comes back with less than it had. */
const keptMs = 10 * 60_000;
const everyMs = 2000;
/** Beyond this share of its room the spool keeps nothing that is applied. */
const fullShare = 0.5;

/** Trims a spool behind what is on the target. */
export class Retention {
  readonly #marks: { at: number; offset: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #trimming = false;

  constructor(
    private readonly spool: StreamSpool,
    private readonly maxBytes: number,
    private readonly applied: () => number,
  ) {
    this.#timer = setInterval(() => this.#trim(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #trim(): void {
    const [now, offset] = [performance.now(), this.applied()];
    if (offset === 0 || this.#trimming) return;
    this.#marks.push({ at: now, offset });
    while ((this.#marks[1]?.at ?? now) <= now - keptMs) this.#marks.shift();
    const oldest = this.#marks[0] as { at: number; offset: number };
    // Others fill the same disk: then what is applied goes as well.
    const crowded = this.spool.bytes > this.maxBytes * fullShare || this.spool.full !== null;
    this.#trimming = true;
    this.spool
      .trim(crowded ? offset : oldest.offset)
      .catch(() => {}) // Whoever writes to the spool learns what is wrong with it.
      .finally(() => {
        this.#trimming = false;
      });
  }
}
