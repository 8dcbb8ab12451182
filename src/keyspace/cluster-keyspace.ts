import { type ClusterRouter, RoutedBatch } from '../cluster/index.js';
import { ByteBuilder } from '../resp/bytes.js';
import { type Arg, encodeCommand, encodeCommands } from '../resp/encode.js';
import type { Expected, RawReplies } from '../resp/expected.js';
import { RespReader } from '../resp/reader.js';
import { type Reply, RespError } from '../resp/reply.js';
import type { Endpoint } from '../server/endpoint.js';

import { route } from './route.js';

const keptBytes = 2 << 20;

/**
 * All keys of a cluster, asked as one server is: whichever node has a key gets its commands, and replies come in the order
 * of the commands. Like the router, only for what may be carried out twice; and each command for keys of one slot.
 */
export class ClusterKeyspace {
  readonly #free: { batch: RoutedBatch; replies: ByteBuilder }[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(
    /** The node that it was found by. */
    readonly endpoint: Endpoint,
    readonly router: ClusterRouter,
  ) {}

  /** Notices within so many ms that a primary was replaced, though nothing is asked of it. */
  watch(everyMs: number): this {
    this.#watch = setInterval(() => void this.router.glance(), everyMs).unref();
    return this;
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

  /** Sends encoded commands that will be answered with so many replies. */
  raw(batch: Buffer, replies: number): Promise<Reply[]> {
    return this.#use(async ({ replies: into }) => {
      await this.rawBytes(batch, replies, into.clear());
      const read = readAll(into.view());
      for (const reply of read) if (reply instanceof RespError) reply.side = this.endpoint.side;
      return read;
    });
  }

  /** Like `raw`, but the replies are kept as bytes: see `RespConnection`. */
  async rawBytes(
    batch: Buffer,
    replies: number,
    into: ByteBuilder,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<RawReplies> {
    if (replies === 0) return { errors: 0, nils: 0, bytes: 0, whole: true };
    return this.#use(({ batch: routed }) => this.router.send(route(batch, routed), into, limit));
  }

  /** Sends one command and gives its reply to whatever can take it. */
  receive<Result>(args: readonly Arg[], expected: Expected<Result>): Promise<Result> {
    return this.#use(async ({ replies: into }) => {
      await this.rawBytes(encodeCommand(args), 1, into.clear());
      expected.consume(into.view(), 0);
      return expected.result() as Result;
    });
  }

  close(): void {
    clearInterval(this.#watch);
    this.router.close();
  }

  async #use<Result>(
    work: (buffers: { batch: RoutedBatch; replies: ByteBuilder }) => Promise<Result>,
  ): Promise<Result> {
    const buffers = this.#free.pop() ?? { batch: new RoutedBatch(keptBytes), replies: new ByteBuilder(keptBytes) };
    const result = await work(buffers);
    // Not after a failure: a connection may still hold on to them.
    this.#free.push(buffers);
    return result;
  }
}

function readAll(bytes: Buffer): Reply[] {
  const reader = new RespReader();
  const replies: Reply[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = reader.read(bytes, at);
    const reply = reader.take();
    if (reply !== undefined) replies.push(reply);
  }
  return replies;
}
