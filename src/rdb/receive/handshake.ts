import { type Arg, encodeCommands } from '../../resp/encode.js';
import { greetingFailed, loginFailed, refused } from '../../resp/failure.js';
import { RespReader } from '../../resp/reader.js';
import { ProtocolError, type Reply, RespError } from '../../resp/reply.js';
import type { Endpoint } from '../../server/endpoint.js';

const newline = 10;

/** A place in a source's stream of writes: the offset is that of the last byte before it. */
export interface SnapshotPlace {
  replicationId: string;
  offset: number;
}

/** What the source is asked for. */
export interface SyncRequest {
  /** Commands before PSYNC. Without them, or with an option that is not known, it works all the same. */
  before: readonly Arg[][];
  /** Gets their answers, errors too, before PSYNC is sent; may throw. */
  onAnswer?(command: string, answer: Reply): void;
  /** Where to go on from; null: a snapshot. */
  from: SnapshotPlace | null;
}

/** What the source does about it. */
export type SyncAnswer =
  | ({ kind: 'full' } & SnapshotPlace)
  /** The id that the stream goes on under; null: the one that was asked for. */
  | { kind: 'continue'; replicationId: string | null };

/** Which snapshots and answers we understand. */
export const capabilities: Arg[] = ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'];

/**
 * What a replica says before it gets a snapshot or the stream. That we don't listen on a port keeps Sentinels from taking
 * us for a replica to promote.
 * Source: replication.c
 */
export class Handshake {
  /** Undefined until the source has agreed. */
  answer: SyncAnswer | undefined;
  readonly #commands: Arg[][];
  readonly #reader = new RespReader();
  #answered = 0;
  #between = true;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly request: SyncRequest,
    private readonly send: (bytes: Buffer) => void,
  ) {
    const { username, password } = endpoint;
    const { before, from } = request;
    const login = username === undefined ? ['AUTH', password ?? ''] : ['AUTH', username, password ?? ''];
    this.#commands = [
      ...(password === undefined ? [] : [login]),
      ['PING'],
      ...before,
      from ? ['PSYNC', from.replicationId, from.offset + 1] : ['PSYNC', '?', -1],
    ];
  }

  /** The source takes PSYNC only when nothing is left to be answered. */
  begin(): void {
    this.send(encodeCommands(this.#commands.slice(0, -1)));
  }

  /** @returns where it stopped: at the chunk's end, or behind the last answer. @throws MigrationError */
  consume(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && !this.answer) {
      if (this.#between && chunk[at] === newline) at++;
      else at = this.#read(chunk, at);
    }
    return at;
  }

  #read(chunk: Buffer, from: number): number {
    try {
      const at = this.#reader.read(chunk, from);
      const reply = this.#reader.take();
      this.#between = reply !== undefined;
      if (reply !== undefined) this.#take(reply, String(this.#commands[this.#answered++]?.[0]));
      return at;
    } catch (error) {
      throw error instanceof ProtocolError ? greetingFailed(this.endpoint, error) : error;
    }
  }

  #take(reply: Reply, command: string): void {
    if (reply instanceof RespError) this.#judge(reply, command);
    if (command === 'PSYNC') this.answer = this.#understand(String(reply));
    else this.request.onAnswer?.(command, reply);
    if (this.#answered === this.#commands.length - 1) this.send(encodeCommands(this.#commands.slice(-1)));
  }

  #judge(error: RespError, command: string): void {
    if (command === 'AUTH') throw loginFailed(this.endpoint, error);
    if (command === 'PSYNC' || error.code === 'NOAUTH') throw refused(this.endpoint, command, error);
  }

  #understand(line: string): SyncAnswer {
    const [, replicationId, offset] = /^FULLRESYNC ([\w-]{1,64}) (\d{1,15})$/.exec(line) ?? [];
    if (replicationId !== undefined) return { kind: 'full', replicationId, offset: Number(offset) };
    const goesOn = this.request.from && /^CONTINUE(?: ([\w-]{1,64}))?$/.exec(line);
    if (goesOn) return { kind: 'continue', replicationId: goesOn[1] ?? null };
    throw new ProtocolError(0, `PSYNC was answered with ${JSON.stringify(line.slice(0, 60))}`);
  }
}
