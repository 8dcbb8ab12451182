import type { ByteBuilder } from '../../resp/bytes.js';
import { appendBulk, appendCommand } from '../../resp/encode.js';
import type { Selection } from '../../selection/selection.js';
import { shifted } from '../../values/expiry.js';
import type { StreamCommand } from '../stream-command.js';
import type { KeyPlaces } from './key-places.js';
import { StreamError } from './stream-error.js';
import type { TargetServer } from './target-server.js';

const lineEnd = 2;
const newline = 10;
const heads = Array.from({ length: 64 }, (_, words) => Buffer.from(`*${words}\r\n`));

/** Writes what the target is to run in place of one command of the source. */
export class TargetWriter {
  /** Ms that expiries are later on the target. */
  shiftMs = 0;
  /** Relative expiries in commands up to this offset arrived late, and mean nothing. */
  lateUntil = 0;
  /** All of the source is selected under its own names, and no key of the target is ahead of the stream. */
  wholly = false;
  /** The target's database that is selected behind what was written; below 0: not known. */
  selected = -1;
  /** Commands written since `open`. */
  count = 0;
  /** What the target can't hold of it. */
  note: string | undefined;
  #into!: ByteBuilder;
  #command!: StreamCommand;
  #db = 0;

  constructor(
    readonly target: TargetServer,
    private readonly selection: Selection,
  ) {}

  /** @param db the target's database that it is for */
  open(into: ByteBuilder, command: StreamCommand, db: number): this {
    this.#into = into;
    this.#command = command;
    this.count = 0;
    this.note = undefined;
    return this.use(db);
  }

  /** What follows is for this database of the target. */
  use(db: number): this {
    this.#db = db;
    return this;
  }

  knows(command: string): boolean {
    return this.target.commands.has(command);
  }

  /** The command's own bytes, where nothing in it has another name. */
  asItCame(): void {
    this.#select();
    this.count++;
    this.#into.append(this.#command.bytes, this.#command.start, this.#command.end);
  }

  /** The same command with the target's names for its keys. */
  renamed(places: KeyPlaces): void {
    this.begin(this.#command.words);
    let word = 0;
    for (let key = 0; key < places.count; key++) {
      const place = places.words[key] as number;
      this.words(word, place).key(place);
      word = place + 1;
    }
    this.words(word, this.#command.words);
  }

  /** What follows is a command of so many words. */
  begin(words: number): this {
    this.#select();
    this.count++;
    this.#into.append(heads[words] ?? Buffer.from(`*${words}\r\n`));
    return this;
  }

  /** The source's words from `first` to before `end`. @throws StreamError it has fewer */
  words(first: number, end: number): this {
    const { endOffset, name, words } = this.#command;
    if (end > words) throw new StreamError(endOffset, `a ${name} of ${words} words`);
    if (first < end)
      this.#into.append(this.#command.bytes, this.#wire(first), (this.#command.to[end - 1] as number) + lineEnd);
    return this;
  }

  /** The target's name of the key that this word is. */
  key(word: number): this {
    const { bytes, to } = this.#command;
    this.selection.appendTargetKey(this.#into, bytes, this.#wire(word), (to[word] as number) + lineEnd);
    return this;
  }

  add(word: string | number | Buffer): this {
    appendBulk(this.#into, word);
    return this;
  }

  /** The target's number of a database. */
  database(db: number): this {
    return this.add(this.selection.targetDatabase(db));
  }

  /** Unix ms of the source, as it is on the target. */
  expiry(at: number): this {
    return this.add(shifted(at, this.shiftMs));
  }

  /** Where a word begins on the wire, its length included. */
  #wire(word: number): number {
    const { bytes, start, to } = this.#command;
    return word > 0 ? (to[word - 1] as number) + lineEnd : bytes.indexOf(newline, start) + 1;
  }

  #select(): void {
    if (this.selected === this.#db) return;
    this.selected = this.#db;
    this.count++;
    appendCommand(this.#into, ['SELECT', this.#db]);
  }
}
