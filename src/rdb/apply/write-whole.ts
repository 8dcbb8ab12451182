import type { Outcome } from '../../copy/outcome.js';
import { showKey } from '../../keys/key-name.js';
import { refused } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import { isOfChangedKey } from '../../values/copy/changed.js';
import { Piece } from '../../values/copy/piece.js';
import { temporaryKey } from '../../values/copy/temporary-key.js';
import type { Emit } from '../decode/decoder.js';
import { ValueReader } from '../value-reader.js';
import type { ApplyBatch, ForeignValue } from './batch.js';
import { ElementWriter } from './element-writer.js';
import { PendingIds } from './pending-ids.js';
import type { ApplyRequest } from './request.js';
import type { ApplySession } from './session.js';

/** Writes the foreign values of a batch by native commands: each in one transaction, all of them at once. @throws MigrationError */
export async function writeForeign(
  session: ApplySession,
  batch: ApplyBatch,
  onConflict: ApplyRequest['onConflict'],
  outcome: Outcome,
): Promise<void> {
  const transactions = new Transactions(session, onConflict);
  for (const value of batch.foreign) transactions.add(value, outcome);
  const { piece } = transactions;
  const replies = await session.target.raw(piece.bytes.view(), piece.commands);
  transactions.judge(replies, outcome);
}

class Transactions {
  readonly piece = new Piece();
  /** Where the reply of each EXEC is among all. */
  readonly #ends: number[] = [];

  constructor(
    private readonly session: ApplySession,
    private readonly onConflict: ApplyRequest['onConflict'],
  ) {}

  add({ place, db, type, value, position, expireAt }: ForeignValue, outcome: Outcome): void {
    if (type.type === 'module') {
      outcome.counts.skipped++;
      outcome.unheld.push(`${type.name} ${showKey(place)}: all of it, since the target lacks its module`);
      return;
    }
    const read = (emit: Emit) =>
      new ValueReader(type, { bytes: value, at: 0, end: value.length, base: position }).next(emit);
    const { piece } = this;
    const replace = this.onConflict === 'replace';
    const key = replace ? place : temporaryKey(place);
    piece.add('SELECT', db);
    piece.add('MULTI');
    if (replace) piece.add('UNLINK', place);
    const unheld = this.#make(key, type.type, read);
    if (expireAt > 0) piece.add('PEXPIREAT', key, expireAt);
    if (!replace) piece.add('RENAMENX', key, place);
    if (!replace) piece.add('UNLINK', key);
    piece.add('EXEC');
    this.#ends.push(piece.commands - 1);
    for (const what of unheld) outcome.unheld.push(`${type.type} ${showKey(place)}: ${what}`);
  }

  /** @throws MigrationError */
  judge(replies: Reply[], { counts }: Outcome): void {
    for (const reply of replies) if (reply instanceof RespError) throw this.#refused(reply);
    for (const end of this.#ends) {
      if (this.#isPlaced(replies[end] as Reply[])) counts.copied++;
      else counts.skipped++;
    }
    counts.inPieces += this.#ends.length;
  }

  #make(key: Buffer, type: ForeignValue['type']['type'], read: (emit: Emit) => void): ReadonlySet<string> {
    const { features, expiryShiftMs } = this.session;
    const pending = type === 'stream' ? pendingOf(read) : [];
    const writer = new ElementWriter(key, type, features.abilities, pending, expiryShiftMs);
    read(element => writer.add(element));
    writer.end();
    for (const { bytes, commands } of writer.pieces) {
      this.piece.bytes.append(bytes.view());
      this.piece.commands += commands;
    }
    return writer.unheld;
  }

  /** RENAMENX finds no key when the expiry is over by the target's clock: then nothing is what is to be there. */
  #isPlaced(transaction: Reply[]): boolean {
    const errors = transaction.filter(reply => reply instanceof RespError);
    for (const error of errors) if (!isOfChangedKey(error)) throw this.#refused(error);
    return this.onConflict === 'replace' || errors.length > 0 || transaction.at(-2) === 1;
  }

  #refused(error: RespError) {
    return refused(this.session.target.endpoint, 'a command that makes a value', error);
  }
}

function pendingOf(read: (emit: Emit) => void): string[] {
  const pending = new PendingIds();
  read(pending.take);
  return pending.inOrder();
}
