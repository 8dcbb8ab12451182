import { ByteWindow } from './byte-window.js';
import { Crc64 } from './crc64.js';
import { RdbCursor } from './cursor.js';
import type { Emit } from './decode/decoder.js';
import { RowReader } from './decode/row-reader.js';
import { hasChecksum, headerBytes, type RdbHeader, readHeader } from './header.js';
import { KeyHead } from './key-head.js';
import type { Layout } from './layout.js';
import { opcode, records } from './opcodes.js';
import { ValueReader } from './value-reader.js';
import { type RdbType, valueTypes } from './value-types.js';
import { Walker } from './walker.js';

/**
 * `more`: push bytes; when there are none, it ends too early. `key`: a key with its value. `big`: a key whose value is
 * too big to hold: read it with `pieces`, or leave it by asking for the next. `functions`: a function library. `end`:
 * all was read, and its checksum is right.
 */
export type RdbItem = 'more' | 'key' | 'big' | 'functions' | 'end';

export interface RdbReaderOptions {
  /** Bytes beyond which a value isn't held as a whole, unless only a module knows its parts. @default 1 MiB */
  bigValue?: number;
  /** Whether the checksum is computed and compared. @default true */
  checksum?: boolean;
  /** Goes on where the `position` and `db` of another reader were. A checksum can't be compared then. */
  resume?: { header: RdbHeader; position: number; db: number };
}

const checksumBytes = 8;
const mostAux = 100;
const mostAuxBytes = 1024;

/**
 * Reads an RDB as it comes, in chunks cut anywhere: `push` bytes, ask for the `next` until it wants more. What it finds
 * is in its own fields and valid until the next call, so that a key costs no object.
 * Source: rdb.c of Redis and Valkey; https://rdb.fnordig.de/file_format.html
 */
export class RdbReader {
  readonly window: ByteWindow;
  /** Null until it was read. */
  header: RdbHeader | null;
  /** What the snapshot says of itself, such as `redis-ver` and `repl-id`. */
  readonly aux = new Map<string, string>();
  /** The database of what follows. */
  db: number;
  /** The key that was found. */
  readonly head = new KeyHead();
  /** What its value is. */
  type = valueTypes.redis[0] as RdbType;
  /** Where the value's bytes (or those of a function library) stand in the window. */
  valueFrom = 0;
  valueTo = 0;
  /** Position in the snapshot of the next record; that of the big value as long as there is one. */
  position: number;

  readonly #cursor = new RdbCursor();
  readonly #walker = new Walker();
  readonly #sum: Crc64 | null;
  readonly #bigValue: number;
  #big: ValueReader | null = null;
  /** What is being walked over: an opcode, or a key's value. */
  #walking: 'key' | number | null = null;
  /** It was begun in an earlier call: the window may have moved under the key since. */
  #resumed = false;
  /** Bytes from the record's beginning. */
  #walkedTo = 0;
  #bodyFrom = 0;

  constructor({ bigValue = 1 << 20, checksum = true, resume }: RdbReaderOptions = {}) {
    this.#sum = checksum && !resume ? new Crc64() : null;
    this.position = resume?.position ?? 0;
    this.window = new ByteWindow(this.position, this.#sum);
    this.header = resume?.header ?? null;
    this.db = resume?.db ?? 0;
    this.#bigValue = bigValue;
  }

  push(chunk: Uint8Array): void {
    this.window.push(chunk);
  }

  /** @throws RdbError */
  next(): RdbItem {
    if (!this.header && !this.#readHeader()) return 'more';
    if (this.#big && this.pieces(null) === 'more') return 'more';
    this.#resumed = this.#walking !== null;
    for (;;) {
      const item = this.#walking === null ? this.#begin() : this.#walk(this.#walking);
      if (item !== undefined) return item;
    }
  }

  /**
   * Gives the elements of a big value as far as they are there; null to pass over them.
   * @throws RdbError
   */
  pieces(emit: Emit | null): 'more' | 'done' {
    if (this.#big?.next(emit) === false) return 'more';
    this.#big = null;
    this.position = this.window.position;
    return 'done';
  }

  /** Gives the elements of the value that was found, which is all there. @throws RdbError */
  elements(emit: Emit): void {
    const window = { bytes: this.window.bytes, at: this.valueFrom, end: this.valueTo, base: this.window.base };
    new ValueReader(this.type, window).next(emit);
  }

  #readHeader(): boolean {
    const { window } = this;
    if (window.end - window.at < headerBytes) return false;
    this.header = readHeader(window.bytes.subarray(window.at, window.at + headerBytes));
    window.at += headerBytes;
    this.position = window.position;
    return true;
  }

  /** Reads what stands before a body. @returns undefined when the body is next */
  #begin(): RdbItem | undefined {
    const { window } = this;
    const cursor = this.#cursor.over(window.bytes, window.at, window.end, window.base);
    const found = this.head.read(cursor);
    if (found === false) return 'more';
    if (found === opcode.end) return this.#end();
    this.#walker.begin(this.#layoutOf(found));
    this.#walking = found;
    this.#walkedTo = this.#bodyFrom = cursor.at - window.at;
    this.#resumed = false;
    return undefined;
  }

  #layoutOf(found: 'key' | number): Layout {
    const { dialect } = this.header as RdbHeader;
    if (found !== 'key') return records[found] ?? this.#cursor.refuse(`a record of unknown kind ${found}`);
    const { typeByte } = this.head;
    this.type =
      valueTypes[dialect][typeByte] ?? this.#cursor.refuse(`a value of type ${typeByte}, which is not known here`);
    return this.type.layout;
  }

  #walk(found: 'key' | number): RdbItem | undefined {
    const { window } = this;
    const cursor = this.#cursor.over(window.bytes, window.at + this.#walkedTo, window.end, window.base);
    const complete = this.#walker.run(cursor);
    this.#walkedTo = cursor.at - window.at;
    const held = (complete ? cursor.at : window.end) - window.at - this.#bodyFrom;
    if (held > this.#bigValue && !this.#mustHold(found)) return this.#letGo(found);
    return complete ? this.#found(found) : 'more';
  }

  /** What can't be given in pieces. */
  #mustHold(found: 'key' | number): boolean {
    return found === opcode.functions || (found === 'key' && this.type.type === 'module');
  }

  /** Too big to be held until it is complete. */
  #letGo(found: 'key' | number): RdbItem | undefined {
    this.#walking = null;
    this.#readHeadAgain(found);
    this.window.at += this.#bodyFrom;
    const nothing = { type: 'module', layout: this.#layoutOf(found), decoder: () => () => {} } as const;
    this.#big = new ValueReader(found === 'key' ? this.type : nothing, this.window);
    if (found === 'key') return 'big';
    return this.pieces(null) === 'more' ? 'more' : undefined;
  }

  /** A record or key is complete. @returns undefined for a record that says nothing of keys */
  #found(found: 'key' | number): RdbItem | undefined {
    const { window } = this;
    this.#walking = null;
    this.#readHeadAgain(found);
    this.valueFrom = window.at + this.#bodyFrom;
    window.at = this.valueTo = window.at + this.#walkedTo;
    this.position = window.position;
    if (found === 'key') return 'key';
    if (found === opcode.functions) return 'functions';
    this.#note(found);
    return undefined;
  }

  #readHeadAgain(found: 'key' | number): void {
    const { bytes, at, end, base } = this.window;
    if (this.#resumed && found === 'key') this.head.read(this.#cursor.over(bytes, at, end, base));
  }

  #note(found: number): void {
    const { window, valueFrom, valueTo } = this;
    const row = new RowReader().over(window.bytes, valueFrom, valueTo, window.base);
    if (found === opcode.database) this.db = row.length();
    if (found !== opcode.aux || valueTo - valueFrom > mostAuxBytes || this.aux.size >= mostAux) return;
    this.aux.set(row.string().toString(), row.string().toString());
  }

  #end(): RdbItem {
    const { window } = this;
    const checksum = hasChecksum(this.header as RdbHeader) ? checksumBytes : 0;
    const to = this.#cursor.at;
    if (window.end - to < checksum) return 'more';
    window.at = to;
    window.settle();
    if (checksum > 0 && this.#sum && !this.#sum.isAt(window.bytes, to) && window.bytes.readBigInt64LE(to) !== 0n)
      this.#cursor.refuse('the checksum is not that of the bytes before it: the snapshot is damaged');
    // Not so the position: whoever goes on there finds the end again.
    window.at = to + checksum;
    return 'end';
  }
}
