import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, appendCommand, encodeCommand } from '../../resp/encode.js';
import type { DueKey } from './future-keys.js';

/** Between two commands of the stream. */
export interface Place {
  offset: number;
  /** The source's database that is selected there. */
  db: number;
  /** Unix ms: when the last byte before it came from the source. */
  arrivedAt: number;
}

/** What buffers hold on to, to be used again. */
const keptBytes = 512 << 10;
const multi = encodeCommand(['MULTI']);
const exec = encodeCommand(['EXEC']);

/** One transaction on the target: what the stream says from one place to another, and that it is applied. */
export class Batch {
  readonly request = new ByteBuilder(keptBytes);
  readonly replies = new ByteBuilder(keptBytes);
  /** Between MULTI and EXEC. */
  commands = 0;
  from: Place = { offset: 0, db: 0, arrivedAt: 0 };
  to: Place = this.from;
  /** To go when nothing else is on its way. */
  alone = false;
  /** Keys whose fetched values it writes. */
  values: DueKey[] = [];
  answered = false;
  /** It has an XCLAIM that may do less on the target than it did on the source. */
  claims = false;
  /** Keys in doubt on its account. */
  doubts = 0;
  #db = -1;

  begin(from: Place): this {
    this.request.clear().append(multi);
    this.replies.clear();
    this.commands = this.doubts = 0;
    this.from = this.to = from;
    this.alone = this.answered = this.claims = false;
    this.values = [];
    this.#db = -1;
    return this;
  }

  /** What comes next is for this database of the target. */
  use(db: number): void {
    if (db === this.#db) return;
    this.add('SELECT', db);
    this.#db = db;
  }

  add(...words: Arg[]): void {
    appendCommand(this.request, words);
    this.commands++;
  }

  end(): void {
    this.request.append(exec);
  }

  /** To MULTI, to each command, which is queued, and to EXEC. */
  get answers(): number {
    return this.commands + 2;
  }
}
