import type { Socket } from 'node:net';
import type { MigrationError } from '../contract/errors.js';
import type { Endpoint } from '../server/endpoint.js';
import type { ByteBuilder } from './bytes.js';
import { type Arg, encodeCommand, encodeCommands } from './encode.js';
import { type Expected, ExpectedBytes, ExpectedReplies, type RawReplies } from './expected.js';
import { unreachable } from './failure.js';
import { greet } from './greeting.js';
import { RespReader } from './reader.js';
import { type Reply, RespError } from './reply.js';
import { dial } from './socket.js';

export interface ConnectionOptions {
  /** Shown by CLIENT LIST. @default none */
  name?: string;
  /** The logical database. @default 0 */
  db?: number;
  /** How long the server may say nothing while replies are due, in ms. @default 10000 */
  timeoutMs?: number;
}

interface Due {
  expected: Expected<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

const defaultTimeoutMs = 10_000;

/**
 * One connection for bulk work: replies come in the order of the writes, bytes stay bytes. It never reconnects and
 * never sends again: once broken, every pending and later call rejects with the MigrationError (Unreachable) that
 * says why.
 */
export class RespConnection {
  readonly #reader = new RespReader();
  readonly #due: Due[] = [];
  #unsent: Buffer[] = [];
  #failure: MigrationError | undefined;
  #socket: Socket | undefined;

  private constructor(
    readonly endpoint: Endpoint,
    private readonly timeoutMs: number,
  ) {}

  /** @throws MigrationError Unreachable, TlsFailed, NotRedis, AuthenticationFailed, PermissionMissing */
  static async open(endpoint: Endpoint, options: ConnectionOptions = {}): Promise<RespConnection> {
    const connection = new RespConnection(endpoint, options.timeoutMs ?? defaultTimeoutMs);
    await connection.#dial();
    try {
      await greet(connection, options);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  /** Sends one command. @throws RespError an error reply; MigrationError Unreachable */
  async command(...args: Arg[]): Promise<Reply> {
    const [reply] = await this.raw(encodeCommand(args), 1);
    if (reply instanceof RespError) throw reply;
    return reply as Reply;
  }

  /** Sends many commands at once; error replies are values among the replies. */
  pipeline(commands: readonly (readonly Arg[])[]): Promise<Reply[]> {
    return this.raw(encodeCommands(commands), commands.length);
  }

  /** Sends encoded commands that will be answered with so many replies. `batch` must not change until then. */
  async raw(batch: Buffer, replies: number): Promise<Reply[]> {
    const read = replies === 0 ? [] : await this.send(batch, new ExpectedReplies(replies, this.#reader));
    for (const reply of read) if (reply instanceof RespError) reply.side = this.endpoint.side;
    return read;
  }

  /**
   * Like `raw`, but the replies are only counted, and kept as bytes: appended to `into`, up to `limit` bytes.
   * `batch` and `into` belong to the connection until it resolves.
   */
  async rawBytes(
    batch: Buffer,
    replies: number,
    into: ByteBuilder,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<RawReplies> {
    // Nothing would ever come to end the wait.
    if (replies === 0) return { errors: 0, nils: 0, bytes: 0, whole: true };
    return this.send(batch, new ExpectedBytes(replies, into, limit));
  }

  /** Sends one command and gives its reply to whatever can take it. */
  receive<Result>(args: readonly Arg[], expected: Expected<Result>): Promise<Result> {
    return this.send(encodeCommand(args), expected);
  }

  /** Sends bytes and gives the replies to whatever can take them. */
  send<Result>(batch: Buffer, expected: Expected<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#due.push({ expected, resolve: resolve as (result: unknown) => void, reject });
      this.#write(batch);
    });
  }

  close(): void {
    this.#break(new Error('the connection was closed by this side'));
  }

  async #dial(): Promise<void> {
    this.#socket = await dial(this.endpoint, chunk => this.#receive(chunk), this.timeoutMs);
    this.#socket.setTimeout(this.timeoutMs);
    // Not as setTimeout's callback, which hears of the first silence only: that may well be one in which nothing is due.
    this.#socket.on('timeout', () => this.#silence());
    this.#socket.on('drain', () => this.#flush());
    this.#socket.on('error', error => this.#break(error));
    this.#socket.on('close', () => this.#break(new Error('the server closed the connection')));
  }

  /** What the server doesn't take waits here, not in the socket: so little is ever held twice. */
  #write(batch: Buffer): void {
    if (this.#unsent.length > 0 || this.#socket?.writableNeedDrain) this.#unsent.push(batch);
    else this.#socket?.write(batch);
  }

  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const batch of unsent) this.#write(batch);
  }

  #receive(chunk: Buffer): void {
    try {
      for (let at = 0; at < chunk.length; ) at = this.#deliver(chunk, at);
    } catch (error) {
      this.#break(error);
    }
  }

  #deliver(chunk: Buffer, from: number): number {
    const due = this.#due[0];
    if (!due) throw new Error('the server sent a reply that nothing asked for');
    const to = due.expected.consume(chunk, from);
    const result = due.expected.result();
    if (result !== undefined) {
      this.#due.shift();
      due.resolve(result);
    }
    return to;
  }

  #silence(): void {
    if (this.#due.length > 0) this.#break(new Error(`no answer within ${this.timeoutMs} ms`));
  }

  #break(cause: unknown): void {
    if (this.#failure) return;
    this.#failure = unreachable(this.endpoint, cause);
    this.#unsent = [];
    this.#socket?.destroy();
    for (const { reject } of this.#due.splice(0)) reject(this.#failure);
  }
}
