import type { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, appendCommand } from '../../resp/encode.js';
import type { RdbType } from '../value-types.js';

const keptBytes = 1 << 20;
const fullBytes = 256 << 10;
const fullKeys = 1000;

/** A value that the target doesn't understand as it stands in the snapshot: small enough to be held. */
export interface ForeignValue {
  /** Its name on the target, and its database there. */
  place: Buffer;
  db: number;
  type: RdbType;
  /** As in the snapshot, at this position. */
  value: Buffer;
  position: number;
  /** Unix ms; 0: none. */
  expireAt: number;
}

/** Keys on their way to the target; used again for the next ones. */
export class ApplyBatch {
  readonly request = new ByteBuilder(keptBytes);
  readonly replies = new ByteBuilder(keptBytes);
  /** Replies that are due. */
  commands = 0;
  /** Commands among them that write no key. */
  others = 0;
  /** Keys of the snapshot, those included that were not taken. */
  seen = 0;
  /** Bytes of the values that were taken. */
  payload = 0;
  /** Those to be written by native commands. */
  foreign: ForeignValue[] = [];
  #db = -1;
  #foreignBytes = 0;

  clear(): this {
    this.request.clear();
    this.replies.clear();
    this.commands = this.others = this.seen = this.payload = 0;
    this.foreign = [];
    this.#foreignBytes = 0;
    this.#db = -1;
    return this;
  }

  get full(): boolean {
    return this.request.length + this.#foreignBytes >= fullBytes || this.seen >= fullKeys;
  }

  /** What comes next is for this database of the target. */
  use(db: number): void {
    if (db === this.#db) return;
    this.#db = db;
    this.addOther('SELECT', db);
  }

  addOther(...words: Arg[]): void {
    appendCommand(this.request, words);
    this.commands++;
    this.others++;
  }

  leave(value: ForeignValue): void {
    this.foreign.push(value);
    this.#foreignBytes += value.value.length;
  }
}

/** One command of a request, as a cursor finds it: how many words, and where the first of them is. */
export function nextCommand(request: ReplyCursor): { name: string; words: number } {
  request.next();
  const words = request.value;
  request.next();
  return { name: request.bytes.toString('latin1', request.from, request.to), words };
}
