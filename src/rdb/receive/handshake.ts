import { type Arg, encodeCommands } from '../../resp/encode.js';
import { greetingFailed, loginFailed, refused } from '../../resp/failure.js';
import { RespReader } from '../../resp/reader.js';
import { ProtocolError, type Reply, RespError } from '../../resp/reply.js';
import type { Endpoint } from '../../server/endpoint.js';

const newline = 10;

/** Where the snapshot stands in the source's stream of writes. */
export interface SnapshotPlace {
  replicationId: string;
  offset: number;
}

/**
 * What a replica says before it gets a snapshot. `rdb-only` (7.0) spares the source from keeping for us what is written
 * meanwhile; that we don't listen on a port keeps Sentinels from taking us for a replica to promote.
 * Source: replication.c
 */
export class Handshake {
  /** Undefined until the source has agreed. */
  place: SnapshotPlace | undefined;
  readonly #commands: Arg[][];
  readonly #reader = new RespReader();
  #answered = 0;
  #between = true;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly send: (bytes: Buffer) => void,
  ) {
    const { username, password } = endpoint;
    const login = username === undefined ? ['AUTH', password ?? ''] : ['AUTH', username, password ?? ''];
    this.#commands = [
      ...(password === undefined ? [] : [login]),
      ['PING'],
      ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'],
      ['REPLCONF', 'rdb-only', 1],
      ['PSYNC', '?', -1],
    ];
  }

  /** The source takes PSYNC only when nothing is left to be answered. */
  begin(): void {
    this.send(encodeCommands(this.#commands.slice(0, -1)));
  }

  /** @returns where it stopped: at the chunk's end, or behind the last answer. @throws MigrationError */
  consume(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && !this.place) {
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
    else if (command === 'PSYNC') this.place = placeIn(String(reply));
    if (this.#answered === this.#commands.length - 1) this.send(encodeCommands(this.#commands.slice(-1)));
  }

  /** Without REPLCONF, or with an option of it that is not known, it works all the same. */
  #judge(error: RespError, command: string): void {
    if (command === 'AUTH') throw loginFailed(this.endpoint, error);
    if (command === 'PSYNC' || error.code === 'NOAUTH') throw refused(this.endpoint, command, error);
  }
}

function placeIn(line: string): SnapshotPlace {
  const [, replicationId, offset] = /^FULLRESYNC ([\w-]{1,64}) (-?\d{1,19})$/.exec(line) ?? [];
  if (replicationId === undefined)
    throw new ProtocolError(0, `PSYNC was answered with ${JSON.stringify(line.slice(0, 60))}`);
  return { replicationId, offset: Number(offset) };
}
