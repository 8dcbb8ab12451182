import type { ConnectionOptions, RespConnection } from '../resp/connection.js';
import { openAll } from '../resp/open-all.js';
import type { Endpoint } from '../server/endpoint.js';

/** A connection to each server that one key has to itself, for WATCH and MULTI. */
export interface Pair {
  source: RespConnection;
  target: RespConnection;
}

/** Keys that are copied in pieces at a time. */
const most = 8;

/** Pairs of connections, opened when they are needed and kept for the next key. */
export class Pairs {
  readonly #all: Pair[] = [];
  readonly #free: Pair[] = [];
  readonly #waiting: (() => void)[] = [];
  #opened = 0;
  #closed = false;

  /** @param admit asked of each pair before it writes: see `Writer` */
  constructor(
    private readonly wanted: readonly (readonly [Endpoint, ConnectionOptions])[],
    private readonly admit: () => Promise<void>,
  ) {}

  /** Runs the work on several pairs side by side, no more than so many. */
  async useAll(tasks: number, work: (pair: Pair) => Promise<void>): Promise<void> {
    await Promise.all(Array.from({ length: Math.min(tasks, most) }, () => this.#use(work)));
  }

  close(): void {
    this.#closed = true;
    for (const { source, target } of this.#all) {
      source.close();
      target.close();
    }
  }

  async #use(work: (pair: Pair) => Promise<void>): Promise<void> {
    const pair = await this.#take();
    try {
      await work(pair);
    } finally {
      this.#free.push(pair);
      this.#waiting.shift()?.();
    }
  }

  async #take(): Promise<Pair> {
    for (;;) {
      const free = this.#free.pop();
      if (free) return free;
      if (this.#opened < most) return this.#open();
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  async #open(): Promise<Pair> {
    this.#opened++;
    const [source, target] = (await openAll(this.wanted).catch(error => {
      this.#opened--;
      this.#waiting.shift()?.(); // It tries for itself, and gets its own error.
      throw error;
    })) as [RespConnection, RespConnection];
    const pair = { source, target };
    this.#all.push(pair);
    await this.admit();
    if (this.#closed) this.close();
    return pair;
  }
}
