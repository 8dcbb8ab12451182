import { ByteBuilder } from '../../resp/bytes.js';
import type { RespConnection } from '../../resp/connection.js';
import { firstError } from '../../resp/first-error.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { Piece } from './piece.js';
import { isPlaced, temporaryKey } from './temporary-key.js';
import type { WholeKey, WholeValues } from './whole-read.js';

export interface Written {
  copied: number;
  skipped: number;
}

/** Puts values in the place of what is there: each key changes in one transaction, or by one command. */
export class Replacing {
  readonly #piece = new Piece();
  #count = 0;

  add({ place, value: { maker } }: WholeKey, { reply, words, expiry }: WholeValues): void {
    const piece = this.#piece;
    this.#count++;
    if (maker.command === 'SET' && expiry === null) {
      piece.make(maker, place, reply, words);
      return;
    }
    piece.add('MULTI');
    piece.add('UNLINK', place);
    piece.make(maker, place, reply, words);
    if (expiry !== null) piece.add('PEXPIREAT', place, expiry);
    piece.add('EXEC');
  }

  /** @throws RespError: then some may be written and some not */
  async send(target: RespConnection): Promise<Written> {
    const replies = new ByteBuilder();
    const { errors } = await target.rawBytes(this.#piece.bytes.view(), this.#piece.commands, replies);
    if (errors > 0) throw firstError(replies.view(), target.endpoint.side);
    return { copied: this.#count, skipped: 0 };
  }
}

/** Puts values where there is nothing: each is made in a temporary key, which is renamed or removed in the same transaction. */
export class Filling {
  readonly #piece = new Piece();
  /** Where the reply of each EXEC is among all. */
  readonly #ends: number[] = [];

  add({ place, value: { maker } }: WholeKey, { reply, words, expiry }: WholeValues): void {
    const piece = this.#piece;
    const key = temporaryKey(place);
    piece.add('MULTI');
    piece.make(maker, key, reply, words);
    if (expiry !== null) piece.add('PEXPIREAT', key, expiry);
    piece.add('RENAMENX', key, place);
    piece.add('UNLINK', key);
    piece.add('EXEC');
    this.#ends.push(piece.commands - 1);
  }

  /** @throws RespError: then some may be written and some not */
  async send(target: RespConnection): Promise<Written> {
    const replies = await target.raw(this.#piece.bytes.view(), this.#piece.commands);
    for (const reply of replies) if (reply instanceof RespError) throw reply;
    const skipped = this.#ends.filter(end => !isPlaced(replies[end] as Reply[], target)).length;
    return { copied: this.#ends.length - skipped, skipped };
  }
}
