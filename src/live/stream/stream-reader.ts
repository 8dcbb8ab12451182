import { integerIn } from '../../resp/integer.js';
import type { StreamCommand } from '../stream-command.js';
import { CommandNames } from './command-names.js';
import { CurrentCommand } from './current-command.js';
import { StreamError } from './stream-error.js';
import { defaultLimits, type StreamLimits } from './stream-limits.js';
import { StreamWindow } from './stream-window.js';

const [array, bulk, carriageReturn, newline, zero] = [42, 36, 13, 10, 48];
const between = -1;
const lineEnd = 2;
/** No server holds a string of this many digits of bytes. */
const mostDigits = 12;
const longestName = 128;
const greatestDb = 2 ** 31;

/**
 * Reads the commands of a replication stream from chunks cut anywhere. Whatever the source sends, memory stays bounded:
 * by the biggest command that is held whole, a chunk, and the places of words.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class StreamReader {
  readonly #command = new CurrentCommand();
  readonly #window = new StreamWindow();
  readonly #names = new CommandNames();
  readonly #limits: StreamLimits;
  #at = 0;
  /** Words of the command that is being read; `between` two of them. */
  #words = between;
  #word = 0;
  /** Of the word that is being read; `between` two of them. */
  #length = between;
  /** Bytes of it to come that are let go as they come. */
  #skip = 0;
  /** That word is not kept. */
  #dropped = false;
  /** The replication offset of what is before the window; bytes that were let go moved it. */
  #offset: number;
  #db: number;

  /** @param position the replication offset of the last byte that was dealt with, and the database selected there */
  constructor({ offset, db }: { offset: number; db: number }, limits: Partial<StreamLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#offset = offset;
    this.#db = db;
  }

  /** The bytes that follow, to be given when `next` has answered null. @param arrivedAt Unix ms */
  push(chunk: Buffer, arrivedAt: number): void {
    this.#command.arrivedAt = arrivedAt;
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    this.#offset += skipped;
    if (skipped < chunk.length) this.#window.add(chunk, skipped, this.#at + Math.max(0, this.#length) + lineEnd);
  }

  /** The next command; null: it is not all there. The chunk isn't needed any more then. @throws StreamError */
  next(): StreamCommand | null {
    if (this.#words === between && !this.#begin()) return this.#keepRest();
    while (this.#word < this.#words) if (!this.#readWord()) return this.#keepRest();
    return this.#finish();
  }

  #begin(): boolean {
    this.#command.start = this.#at;
    const words = this.#readNumber(array);
    if (words === between) return false;
    if (words === 0) this.#refuse('a command of no words');
    this.#words = words;
    this.#word = 0;
    this.#command.whole = words <= this.#limits.words;
    return true;
  }

  #readWord(): boolean {
    if (this.#length === between) {
      this.#length = this.#readNumber(bulk);
      if (this.#length === between) return false;
      if (this.#word === 0 && this.#length > longestName) this.#refuse('a command name that is too long');
      this.#dropped = !this.#fits(this.#length);
      if (this.#dropped) this.#letGo();
    }
    const end = this.#at + this.#length;
    if (this.#skip > 0 || end + lineEnd > this.#window.end) return false;
    const { bytes } = this.#window;
    if (bytes[end] !== carriageReturn || bytes[end + 1] !== newline) this.#refuse('a word longer than it said');
    if (this.#word < this.#limits.words)
      this.#command.place(this.#word, this.#dropped ? -1 : this.#at, this.#dropped ? -1 : end);
    this.#word++;
    this.#at = end + lineEnd;
    this.#length = between;
    return true;
  }

  #fits(length: number): boolean {
    const { commandBytes, wordBytes } = this.#limits;
    const size = this.#at - this.#command.start + length;
    if (size > commandBytes) this.#command.whole = false;
    return this.#command.whole || (length <= wordBytes && size <= 2 * commandBytes);
  }

  /** What is there of the word's bytes goes now; what is to come, as it comes. */
  #letGo(): void {
    const there = Math.min(this.#length, this.#window.end - this.#at);
    this.#window.remove(this.#at, there);
    this.#offset += there;
    this.#skip = this.#length - there;
    this.#length = 0;
  }

  #finish(): StreamCommand {
    const command = this.#command;
    command.bytes = this.#window.bytes;
    command.words = this.#words;
    command.end = this.#at;
    command.endOffset = this.#offset + this.#at;
    command.db = this.#db;
    const [from, to] = [command.from[0] as number, command.to[0] as number];
    command.name = this.#names.of(command.bytes, from, to);
    if (command.name === 'SELECT') this.#db = this.#selected();
    this.#words = between;
    return command;
  }

  #selected(): number {
    const { bytes, from, to } = this.#command;
    const db = this.#words === 2 ? integerIn(bytes, from[1] as number, to[1] as number) : undefined;
    if (typeof db !== 'number' || db < 0 || db > greatestDb) this.#refuse('a SELECT of no database');
    return db;
  }

  /** @returns `between` when not all of its line is there */
  #readNumber(marker: number): number {
    const { bytes, end } = this.#window;
    const first = this.#at + 1;
    if (first > end) return between;
    if (bytes[first - 1] !== marker)
      this.#refuse(`a byte ${bytes[first - 1]} where '${String.fromCharCode(marker)}' stands`);
    let value = 0;
    for (let at = first; at < end; at++) {
      const digit = (bytes[at] as number) - zero;
      if (digit < 0 || digit > 9 || at - first >= mostDigits) {
        if (at === first || bytes[at] !== carriageReturn) this.#refuse('a length that is none');
        if (at + 1 === end) return between;
        if (bytes[at + 1] !== newline) this.#refuse('a length that is none');
        this.#at = at + lineEnd;
        return value;
      }
      value = value * 10 + digit;
    }
    return between;
  }

  #keepRest(): null {
    const idle = this.#words === between;
    const from = idle ? this.#at : this.#command.start;
    this.#window.keepFrom(from);
    this.#command.moveBy(-from, idle ? 0 : this.#word);
    this.#at -= from;
    this.#offset += from;
    return null;
  }

  #refuse(reason: string): never {
    throw new StreamError(this.#offset + this.#at, reason);
  }
}
