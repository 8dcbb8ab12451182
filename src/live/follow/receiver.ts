import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../contract/errors.js';
import type { SnapshotPlace } from '../../rdb/receive/handshake.js';
import { isParked } from '../../replication/state.js';
import type { Endpoint } from '../../server/endpoint.js';
import { receiveStream } from '../receive/receive-stream.js';
import { followingThrough, SourceDemoted } from '../receive/role.js';
import { SpoolGone } from '../spool/spool-error.js';
import type { StreamSpool } from '../spool/stream-spool.js';

const leastWaitMs = 50;
const mostWaitMs = 1000;

export interface ReceiverHooks {
  /** The source can't go on from where the spool is, and is about to send a snapshot. What it throws ends the receiver. */
  onFull(): Promise<void>;
  /** The source goes on from where the spool is: what it sends first may be old. What it throws hangs up. */
  onContinue(): Promise<void>;
  /** The offset from which on the target never asks for what is before it. */
  safe(): number;
  onTrouble(why: string | null): void;
}

/** Keeps a connection to the source, which fills the spool, whatever happens to it. */
export class Receiver {
  #stop = new AbortController();
  #running: Promise<void> | undefined;
  #anew = false;
  #linked = false;
  #fail: (error: unknown) => void = () => {};
  /** Rejects when it can't go on without a person. */
  readonly failed = new Promise<never>((_, reject) => {
    this.#fail = reject;
  });

  constructor(
    private readonly source: Endpoint,
    private readonly spool: StreamSpool,
    private readonly hooks: ReceiverHooks,
  ) {
    this.failed.catch(() => {}); // Whoever waits for it gets the error.
  }

  /** Goes on behind what the spool has, or with a snapshot: where it has nothing, or `anew`. Does nothing when it runs. */
  start(from: 'spool' | 'anew' = 'spool'): void {
    if (this.#running) return;
    this.#anew = from === 'anew';
    this.#stop = new AbortController();
    this.#running = this.#keepOn(this.#stop.signal).catch(this.#fail);
  }

  /** Whether the source has agreed to send its stream, and sends it still as far as is known. */
  get linked(): boolean {
    return this.#linked;
  }

  /** Nothing is put into the spool any more when it resolves. */
  async stop(): Promise<void> {
    // Who reads a snapshot that was coming is told so by it.
    this.#stop.abort(new SpoolGone('the source is asked anew'));
    await this.#running;
    this.#running = undefined;
  }

  async #keepOn(signal: AbortSignal): Promise<void> {
    for (let waitMs = leastWaitMs; !signal.aborted; waitMs = Math.min(mostWaitMs, waitMs * 2)) {
      const before = this.spool.end;
      const error = await this.#receive(this.#anew ? null : this.spool.position, signal);
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      this.hooks.onTrouble(error.message);
      if (this.spool.end > before) waitMs = leastWaitMs;
      await sleep(waitMs, undefined, { signal }).catch(() => {}); // The loop looks at the signal.
    }
  }

  async #receive(position: SnapshotPlace | null, signal: AbortSignal): Promise<unknown> {
    const { source, spool, hooks } = this;
    return receiveStream(source, position, spool, {
      signal,
      safe: hooks.safe,
      replica: 'continue',
      onOutcome: async ({ kind, role }) => {
        await (kind === 'full' ? hooks.onFull() : hooks.onContinue());
        this.#anew = false;
        this.#linked = true;
        hooks.onTrouble(typeof role === 'object' ? followingThrough(role.replicaOf) : null);
      },
    })
      .catch((error: unknown) => error)
      .finally(() => {
        this.#linked = false;
      });
  }
}

/** It comes back by itself: the network, a restart; and a cutover that is withdrawn un-parks the source. */
function isPassing(error: unknown): error is MigrationError {
  if (error instanceof SourceDemoted) return isParked({ master: error.primary });
  return error instanceof MigrationError && error.type === 'Unreachable';
}
