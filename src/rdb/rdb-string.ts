import { encoding, type RdbCursor } from './cursor.js';
import { expand } from './lzf.js';

const fewest = 64;
const nothing = Buffer.alloc(0);

/** A string of a snapshot as it is when nothing is encoded: where its bytes are, without an object for each. */
export class RdbString {
  /** Those of the snapshot where they stand there as they are; else a copy. Valid until the next `read`. */
  bytes: Buffer = nothing;
  from = 0;
  to = 0;
  #own: Buffer = nothing;

  /** Takes the string at the cursor and goes past it. @returns false when it isn't all there. @throws RdbError */
  read(cursor: RdbCursor): boolean {
    if (!cursor.stringHead()) return false;
    if (cursor.encoded) return cursor.value === encoding.lzf ? this.#expand(cursor) : this.#integer(cursor);
    if (cursor.end - cursor.at < cursor.value) return false;
    this.bytes = cursor.bytes;
    this.from = cursor.at;
    cursor.at = this.to = cursor.at + cursor.value;
    return true;
  }

  /** A copy of its bytes. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(this.from, this.to));
  }

  #integer(cursor: RdbCursor): boolean {
    const size = 1 << cursor.value;
    if (cursor.end - cursor.at < size) return false;
    const text = String(cursor.bytes.readIntLE(cursor.at, size));
    cursor.at += size;
    this.#take(text.length).write(text, 'latin1');
    return true;
  }

  #expand(cursor: RdbCursor): boolean {
    const size = cursor.compressed();
    if (size < 0 || cursor.end - cursor.at < cursor.value) return false;
    const to = cursor.at + cursor.value;
    expand(cursor.bytes, cursor.at, to, this.#take(size), cursor.base);
    cursor.at = to;
    return true;
  }

  #take(size: number): Buffer {
    if (size > this.#own.length) this.#own = Buffer.allocUnsafe(Math.max(fewest, size));
    this.bytes = this.#own;
    this.from = 0;
    this.to = size;
    return this.#own.subarray(0, size);
  }
}
