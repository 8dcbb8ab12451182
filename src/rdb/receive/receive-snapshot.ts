import { MigrationError } from '../../contract/errors.js';
import { nameOf } from '../../resp/failure.js';
import type { Endpoint } from '../../server/endpoint.js';
import { SnapshotFraming } from './framing.js';
import { capabilities, Handshake, type SnapshotPlace } from './handshake.js';
import { type PacedOptions, PacedSocket, type SourceReader } from './paced-socket.js';

/** Where a snapshot's bytes go. */
export interface SnapshotSink {
  /** Takes the bytes before it returns; what it returns holds the source back until it resolves. */
  write(part: Buffer): Promise<void> | undefined;
}

/** The source says something every 10 s, until the snapshot is ready. */
export interface ReceiveHooks extends PacedOptions {
  /** Told the bytes so far, with every chunk. */
  onBytes?(bytes: number): void;
}

export interface ReceivedSnapshot extends SnapshotPlace {
  bytes: number;
}

/**
 * Takes a snapshot of the source as a replica gets it, and hangs up: it needs no file on the source's side, and no
 * command beyond PSYNC. The source forks for it, as for BGSAVE, and may wait `repl-diskless-sync-delay` before that.
 * @throws MigrationError Unreachable, PermissionMissing, AuthenticationFailed, ...; the signal's reason; what the sink throws
 */
export function receiveSnapshot(
  endpoint: Endpoint,
  sink: SnapshotSink,
  hooks: ReceiveHooks = {},
): Promise<ReceivedSnapshot> {
  return new Receiving(endpoint, sink, hooks).received();
}

class Receiving implements SourceReader {
  readonly #handshake: Handshake;
  readonly #framing = new SnapshotFraming();
  readonly #socket: PacedSocket;
  #bytes = 0;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly sink: SnapshotSink,
    private readonly hooks: ReceiveHooks,
  ) {
    this.#socket = new PacedSocket(endpoint, this, hooks);
    // `rdb-only` (7.0) spares the source from keeping for us what is written meanwhile.
    const request = { before: [capabilities, ['REPLCONF', 'rdb-only', 1]], from: null };
    this.#handshake = new Handshake(endpoint, request, bytes => this.#socket.send(bytes));
  }

  async received(): Promise<ReceivedSnapshot> {
    await this.#socket.run(() => this.#handshake.begin());
    const { replicationId, offset } = this.#handshake.answer as SnapshotPlace;
    return { replicationId, offset, bytes: this.#bytes };
  }

  take(chunk: Buffer, from: number): number {
    const at = this.#handshake.consume(chunk, from);
    if (!this.#handshake.answer || this.#framing.complete) return chunk.length;
    this.#framing.consume(chunk, at, part => this.#give(part));
    this.hooks.onBytes?.(this.#bytes);
    if (this.#framing.complete) this.#socket.finish();
    return chunk.length;
  }

  progress(): string {
    return `after ${this.#bytes} bytes of a snapshot`;
  }

  explain(cause: unknown): MigrationError {
    return noSnapshot(this.endpoint, cause);
  }

  #give(part: Buffer): void {
    this.#bytes += part.length;
    const coping = this.sink.write(part);
    if (coping) this.#socket.hold(coping);
  }
}

/** What came in the place of a snapshot, or the source's own words when it gives up. */
export function noSnapshot(endpoint: Endpoint, cause: unknown): MigrationError {
  const words = cause instanceof Error ? cause.message : String(cause);
  return new MigrationError('SnapshotFailed', `${nameOf(endpoint)} gave no snapshot: ${words}`, { cause });
}
