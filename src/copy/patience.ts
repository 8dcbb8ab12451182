import { MigrationError } from '../contract/errors.js';
import { PeerUnreachable } from './migrate/reply.js';

/** How long without progress until it is given up: what may pass by itself, what hardly will, what won't. */
const unreachableMs = 20_000;
const writesRefusedMs = 5000;
/** Each time that it is tried the source may stand still until it gives up. */
const peerUnreachableMs = 5000;

const shortestWaitMs = 50;
const longestWaitMs = 2000;

/** Judges errors by how long there has been no progress. */
export class Patience {
  #since: number | undefined;
  #waitMs = shortestWaitMs;

  /** Whether something failed, and nothing was counted since. */
  get tried(): boolean {
    return this.#since !== undefined;
  }

  /** Something was counted. */
  restore(): void {
    this.#since = undefined;
    this.#waitMs = shortestWaitMs;
  }

  /**
   * @returns ms to wait before it is tried again; or what a person must see to
   * @throws the error, when it is none of the servers'
   */
  judge(error: unknown): number | MigrationError {
    if (!(error instanceof MigrationError)) throw error;
    const now = performance.now();
    this.#since ??= now;
    const failing = now - this.#since;
    if (error instanceof PeerUnreachable && failing >= peerUnreachableMs) return error;
    if (error.type === 'Unreachable' && failing >= unreachableMs) return error;
    if (error.type === 'Unreachable' || (error.type === 'WritesRefused' && failing < writesRefusedMs))
      return this.#nextWait();
    return error;
  }

  #nextWait(): number {
    const wait = this.#waitMs;
    this.#waitMs = Math.min(wait * 2, longestWaitMs);
    return wait;
  }
}
