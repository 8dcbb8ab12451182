import { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { RespConnection } from '../../resp/connection.js';
import { type Arg, encodeCommand } from '../../resp/encode.js';
import { firstError } from '../../resp/first-error.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { unixMs } from '../server-time.js';
import type { Window } from '../window.js';
import { type Abilities, abilities } from './abilities.js';
import { ValueChanged } from './changed.js';

/** Beyond this a reply of several elements isn't held: they are asked for one by one. */
const mostBytes = 32 << 20;

/** One key of the source, read in pieces under WATCH from the first to the last. */
export class Reading {
  readonly #reply = new ByteBuilder();

  private constructor(
    readonly source: RespConnection,
    readonly key: Buffer,
    readonly abilities: Abilities,
    /** As TYPE gives it; `none` when there is no such key. */
    readonly type: string,
    readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * WATCH has the transaction of `finish` fail if the value was written since, or has expired, been evicted or flushed;
   * on a replica too, when its master did so. It does not hear of XGROUP, XREADGROUP, XACK, XCLAIM and XSETID, and ends
   * with the connection, as all of this does. https://redis.io/docs/latest/develop/using-commands/transactions/
   */
  static async begin(source: RespConnection, key: Buffer, signal: AbortSignal | undefined): Promise<Reading> {
    const able = await abilities(source);
    const [watching, type] = await source.pipeline([
      ['WATCH', key],
      ['TYPE', key],
    ]);
    for (const reply of [watching, type]) if (reply instanceof RespError) throw reply;
    return new Reading(source, key, able, String(type), signal);
  }

  /** The reply as bytes, valid until the next one is read `into` the same. @throws RespError; the signal's reason */
  async read(command: readonly Arg[] | Buffer, into = this.#reply): Promise<ReplyCursor> {
    await this.#ask(command, into, Number.POSITIVE_INFINITY);
    return new ReplyCursor(into.view());
  }

  /** Asks for as many elements as the window says, for one when so many are too much to be held. */
  async readWindow(window: Window, args: (size: number) => readonly Arg[]): Promise<ReplyCursor> {
    const limit = () => (window.size > 1 ? mostBytes : Number.POSITIVE_INFINITY);
    while (!(await this.#ask(args(window.size), this.#reply, limit()))) window.size = 1;
    window.learn(this.#reply.view());
    return new ReplyCursor(this.#reply.view());
  }

  /**
   * Proves that all pieces are of one value.
   * @returns its expiry as Unix time in ms, null without one
   * @throws ValueChanged
   */
  async finish(): Promise<number | null> {
    return (await this.finishAt(['PING'])).expiry;
  }

  /** The same, with the answer to a question that was asked at that very moment. @throws ValueChanged */
  async finishAt(question: readonly Arg[]): Promise<{ expiry: number | null; answer: Reply }> {
    const { key, source } = this;
    const expiries = this.abilities.absoluteTimes ? [['PEXPIRETIME', key]] : [['PTTL', key], ['TIME']];
    const replies = await source.pipeline([['MULTI'], question, ...expiries, ['EXEC']]);
    const results = (replies.at(-1) ?? []) as Reply[] | RespError;
    for (const reply of [...replies, results].flat()) if (reply instanceof RespError) throw reply;
    const [answer = null, expiry, time] = results as Reply[];
    // -2: no such key.
    if (expiry === undefined || expiry === -2) throw new ValueChanged();
    const at = Number(expiry) + (time === undefined ? 0 : (unixMs(time) ?? 0));
    return { expiry: expiry === -1 ? null : at, answer };
  }

  /** Leaves the connection as it was. A broken one needs nothing. */
  async giveUp(): Promise<void> {
    await this.source.pipeline([['UNWATCH']]).catch(() => {});
  }

  async #ask(command: readonly Arg[] | Buffer, into: ByteBuilder, limit: number): Promise<boolean> {
    this.signal?.throwIfAborted();
    const bytes = Buffer.isBuffer(command) ? command : encodeCommand(command);
    const { errors, whole } = await this.source.rawBytes(bytes, 1, into.clear(), limit);
    if (errors > 0) throw firstError(into.view(), this.source.endpoint.side);
    return whole;
  }
}
