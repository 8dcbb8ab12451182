import type { Socket } from 'node:net';
import { MigrationError } from '../../contract/errors.js';
import { nameOf, unreachable } from '../../resp/failure.js';
import { dial } from '../../resp/socket.js';
import type { Endpoint } from '../../server/endpoint.js';
import { SnapshotFraming } from './framing.js';
import { Handshake, type SnapshotPlace } from './handshake.js';

/** Where a snapshot's bytes go. */
export interface SnapshotSink {
  /** Takes the bytes before it returns; what it returns holds the source back until it resolves. */
  write(part: Buffer): Promise<void> | undefined;
}

export interface ReceiveHooks {
  /** Gives up; the source drops what it prepared for us. */
  signal?: AbortSignal;
  /** Told the bytes so far, with every chunk. */
  onBytes?(bytes: number): void;
  /** How long the source may say nothing, in ms; it says something every 10 s, until the snapshot is ready. @default 60000 */
  silenceMs?: number;
}

export interface ReceivedSnapshot extends SnapshotPlace {
  bytes: number;
}

const dialTimeoutMs = 10_000;

/**
 * Takes a snapshot of the source as a replica gets it, and hangs up: it needs no file on the source's side, and no
 * command beyond PSYNC. The source forks for it, as for BGSAVE, and may wait `repl-diskless-sync-delay` before that.
 * @throws MigrationError Unreachable, PermissionMissing, AuthenticationFailed, ...; the signal's reason; what the sink throws
 */
export async function receiveSnapshot(
  endpoint: Endpoint,
  sink: SnapshotSink,
  hooks: ReceiveHooks = {},
): Promise<ReceivedSnapshot> {
  hooks.signal?.throwIfAborted();
  const receiving = new Receiving(endpoint, sink, hooks);
  const socket = await dial(endpoint, chunk => receiving.take(chunk), dialTimeoutMs);
  return receiving.from(socket);
}

class Receiving {
  readonly #handshake: Handshake;
  readonly #framing = new SnapshotFraming();
  #bytes = 0;
  #socket: Socket | undefined;
  /** Parts that the sink has yet to cope with. */
  #held = 0;
  #settle: { resolve(): void; reject(error: unknown): void } | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly sink: SnapshotSink,
    private readonly hooks: ReceiveHooks,
  ) {
    this.#handshake = new Handshake(endpoint, bytes => this.#socket?.write(bytes));
  }

  async from(socket: Socket): Promise<ReceivedSnapshot> {
    this.#socket = socket;
    const { signal, silenceMs = 60_000 } = this.hooks;
    const fail = (cause: unknown) => this.#fail(unreachable(this.endpoint, cause));
    const abort = () => this.#fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject };
        socket.setTimeout(silenceMs);
        socket.on('timeout', () => this.#held > 0 || fail(new Error(`no answer within ${silenceMs} ms`)));
        socket.on('error', fail);
        socket.on('close', () => fail(new Error(`the connection was closed after ${this.#bytes} bytes of a snapshot`)));
        this.#handshake.begin();
      });
    } finally {
      signal?.removeEventListener('abort', abort);
      socket.destroy();
    }
    return { ...(this.#handshake.place as SnapshotPlace), bytes: this.#bytes };
  }

  take(chunk: Buffer): void {
    try {
      const at = this.#handshake.consume(chunk, 0);
      if (!this.#handshake.place || this.#framing.complete) return;
      this.#framing.consume(chunk, at, part => this.#give(part));
      this.hooks.onBytes?.(this.#bytes);
      this.#endIfDone();
    } catch (error) {
      this.#fail(error instanceof MigrationError ? error : this.#gaveUp(error));
    }
  }

  #give(part: Buffer): void {
    this.#bytes += part.length;
    const coping = this.sink.write(part);
    if (!coping) return;
    if (this.#held++ === 0) this.#socket?.pause();
    coping.then(
      () => this.#coped(),
      error => this.#fail(error),
    );
  }

  #coped(): void {
    if (--this.#held > 0) return;
    this.#socket?.resume();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#framing.complete && this.#held === 0) this.#settle?.resolve();
  }

  #fail(error: unknown): void {
    this.#settle?.reject(error);
  }

  #gaveUp(cause: unknown): MigrationError {
    const words = cause instanceof Error ? cause.message : String(cause);
    return new MigrationError('SnapshotFailed', `${nameOf(this.endpoint)} gave no snapshot: ${words}`, { cause });
  }
}
