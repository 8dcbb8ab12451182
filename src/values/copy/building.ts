import { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { RespConnection } from '../../resp/connection.js';
import type { Arg } from '../../resp/encode.js';
import { firstError } from '../../resp/first-error.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { type Abilities, abilities } from './abilities.js';
import { ValueChanged } from './changed.js';
import { Piece } from './piece.js';
import { isPlaced, temporaryKey } from './temporary-key.js';

/** Renewed with every piece: it is how long a leftover stays, and how long a stall between two pieces may last. */
const keptMs = 3_600_000;

/**
 * A value that is made piece by piece in a temporary key of the target, and then put in its place by one transaction.
 * Whatever dies meanwhile, what was there is unharmed, and what is left over expires by itself.
 */
export class Building {
  readonly key: Buffer;
  /** Of all pieces. */
  bytes = 0;
  readonly #pieces = [new Piece(), new Piece()] as const;
  readonly #replies = new ByteBuilder();
  #count = 0;
  #written: Promise<void> = Promise.resolve();

  private constructor(
    readonly target: RespConnection,
    readonly place: Buffer,
    readonly abilities: Abilities,
  ) {
    this.key = temporaryKey(place);
  }

  /** @param place the key that it is to be */
  static async begin(target: RespConnection, place: Buffer): Promise<Building> {
    return new Building(target, place, await abilities(target));
  }

  /**
   * Writes the commands that `fill` puts into a piece, all or none, while the caller reads on: it resolves when the piece
   * before is written.
   * @throws of the piece before: RespError; ValueChanged when the temporary key is lost
   */
  async write(fill: (piece: Piece) => void): Promise<void> {
    const piece = this.#pieces[this.#count % 2 === 0 ? 0 : 1].clear();
    piece.add('MULTI');
    // Before the commands it tells whether all that came before is still there; after them it reaches a first piece.
    piece.add('PEXPIRE', this.key, keptMs);
    fill(piece);
    piece.add('PEXPIRE', this.key, keptMs);
    piece.add('EXEC');
    await this.#written;
    this.#written = this.#send(piece, this.#count++ === 0);
    this.#written.catch(() => {}); // Whoever waits for it gets the error.
  }

  /**
   * Puts the value in its place, where it replaces what is there or is dropped.
   * @param expiry Unix time in ms; null: none
   * @throws RespError; ValueChanged when the temporary key is lost
   */
  async finish(expiry: number | null, replace: boolean): Promise<'copied' | 'skipped'> {
    await this.made();
    // The old value goes before RENAME, which would free a big one at once; so it must be sure that there is a new one.
    // WATCH hears of its expiry since 6.2, and before it is an hour away.
    const [, there] = await this.#ask([
      ['WATCH', this.key],
      ['EXISTS', this.key],
    ]);
    if (there !== 1) throw new ValueChanged();
    const replies = await this.#ask(this.#placing(expiry, replace));
    const results = replies.at(-1) as Reply[] | null;
    if (results === null) throw new ValueChanged();
    return isPlaced(results, this.target) ? 'copied' : 'skipped';
  }

  /** Resolves when all pieces are written: the value stands in `key`, for whoever puts it in its place. @throws as `write` */
  async made(): Promise<Buffer> {
    await this.#written;
    return this.key;
  }

  /** Removes what was made so far, where the target can still be reached. */
  async giveUp(): Promise<void> {
    await this.#written.catch(() => {});
    await this.target.pipeline([['UNWATCH'], ['UNLINK', this.key]]).catch(() => {});
  }

  #placing(expiry: number | null, replace: boolean): Arg[][] {
    const { key, place } = this;
    return [
      ['MULTI'],
      expiry === null ? ['PERSIST', key] : ['PEXPIREAT', key, expiry],
      ...(replace ? [['UNLINK', place]] : []),
      [replace ? 'RENAME' : 'RENAMENX', key, place],
      ['UNLINK', key],
      ['EXEC'],
    ];
  }

  async #send(piece: Piece, first: boolean): Promise<void> {
    const { errors } = await this.target.rawBytes(piece.bytes.view(), piece.commands, this.#replies.clear());
    if (errors > 0) throw firstError(this.#replies.view(), this.target.endpoint.side);
    if (!first && !this.#held(piece.commands)) throw new ValueChanged();
    this.bytes += piece.bytes.length;
  }

  /** What the first command of the transaction, PEXPIRE, answered. */
  #held(commands: number): boolean {
    const reply = new ReplyCursor(this.#replies.view());
    for (let at = 0; at <= commands; at++) reply.next();
    return reply.value === 1;
  }

  async #ask(commands: Arg[][]): Promise<Reply[]> {
    const replies = await this.target.pipeline(commands);
    for (const reply of replies) if (reply instanceof RespError) throw reply;
    return replies;
  }
}
