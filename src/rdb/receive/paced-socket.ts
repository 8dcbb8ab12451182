import type { Socket } from 'node:net';
import { MigrationError } from '../../contract/errors.js';
import { unreachable } from '../../resp/failure.js';
import { dial } from '../../resp/socket.js';
import type { Endpoint } from '../../server/endpoint.js';

/** Who takes what a source sends. */
export interface SourceReader {
  /** Takes bytes, valid until it returns, from there on. @returns where it stopped: it is asked again for the rest */
  take(chunk: Buffer, from: number): number;
  /** How far it was when the connection was closed, as the end of a sentence. */
  progress(): string;
  /** What `take` has thrown, as an error for users. */
  explain(cause: unknown): MigrationError;
}

export interface PacedOptions {
  /** Gives up with its reason. */
  signal?: AbortSignal;
  /** How long the source may say nothing while it isn't held back, in ms. @default 60000 */
  silenceMs?: number;
}

const dialTimeoutMs = 10_000;

/** A connection to a source that is read at the pace of the one who takes its bytes. */
export class PacedSocket {
  #socket: Socket | undefined;
  /** Works that hold the source back. */
  #held = 0;
  /** What had been read already when it was held back. */
  #kept: Buffer[] = [];
  #finishing = false;
  /** Nobody takes anything any more. */
  #over = false;
  #settle: { resolve(): void; reject(error: unknown): void } | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly reader: SourceReader,
    private readonly options: PacedOptions,
  ) {}

  send(bytes: Buffer): void {
    this.#socket?.write(bytes);
  }

  /** Opens the connection and begins; until `finish` or `fail`. @throws MigrationError Unreachable, ...; the signal's reason */
  async run(begin: () => void): Promise<void> {
    const { signal } = this.options;
    signal?.throwIfAborted();
    const socket = await dial(this.endpoint, chunk => this.#take(chunk), dialTimeoutMs);
    this.#socket = socket;
    const abort = () => this.fail(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject };
        if (signal?.aborted) abort();
        socket.on('error', cause => this.#lost(cause));
        socket.on('close', () => this.#lost(new Error(`the connection was closed ${this.reader.progress()}`)));
        this.#listen();
        begin();
      });
    } finally {
      this.#over = true;
      signal?.removeEventListener('abort', abort);
      clearTimeout(this.#silence);
      socket.destroy();
    }
  }

  /** Ends it well, once nothing holds the source back any more. */
  finish(): void {
    this.#finishing = true;
    if (this.#held === 0) this.#settle?.resolve();
  }

  fail(error: unknown): void {
    this.#settle?.reject(error);
  }

  /** Reads no further until it resolves. */
  hold(work: Promise<unknown>): void {
    if (this.#held++ === 0) this.#socket?.pause();
    work.then(
      () => this.#release(),
      error => this.fail(error),
    );
  }

  #release(): void {
    if (--this.#held > 0 || this.#over) return;
    for (const chunk of this.#kept.splice(0)) this.#take(chunk);
    if (this.#held > 0) return;
    if (this.#finishing) this.finish();
    this.#listen();
    this.#socket?.resume();
  }

  #take(chunk: Buffer): void {
    this.#listen();
    try {
      for (let at = 0; at < chunk.length; ) {
        if (this.#held > 0) return void this.#kept.push(Buffer.from(chunk.subarray(at)));
        at = this.reader.take(chunk, at);
      }
    } catch (error) {
      this.fail(error instanceof MigrationError ? error : this.reader.explain(error));
    }
  }

  /** Not by the socket's own timeout, which counts what we send as well. */
  #listen(): void {
    if (this.#silence) return void this.#silence.refresh();
    const { silenceMs = 60_000 } = this.options;
    this.#silence = setTimeout(() => {
      if (this.#held === 0) this.#lost(new Error(`no answer within ${silenceMs} ms`));
    }, silenceMs);
  }

  #lost(cause: unknown): void {
    this.fail(unreachable(this.endpoint, cause));
  }
}
