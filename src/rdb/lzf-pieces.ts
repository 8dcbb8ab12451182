import type { RdbCursor } from './cursor.js';
import { RdbError } from './rdb-error.js';

const historyBytes = 8 << 10;
const pieceBytes = 128 << 10;
const longest = 7;
/** What one reference gives at most. */
const mostAtOnce = longest + 2 + 255;

/** Expands LZF in pieces of bounded size, out of compressed bytes that come bit by bit. */
export class LzfPieces {
  /** What references may go back to, and what was expanded since a piece was given. */
  readonly #bytes = Buffer.allocUnsafeSlow(historyBytes + pieceBytes);
  #from = 0;
  #out = 0;

  /**
   * @param packed compressed bytes to come
   * @param size what they give
   */
  constructor(
    private packed: number,
    private size: number,
  ) {}

  /**
   * Takes what is there.
   * @param give hears of each piece, which is valid until it returns
   * @returns whether that was all. @throws RdbError what doesn't give exactly that many bytes
   */
  next(cursor: RdbCursor, give: (piece: Buffer) => void): boolean {
    while (this.packed > 0) {
      const before = cursor.at;
      if (!this.#step(cursor)) {
        if (cursor.end - before >= this.packed) throw damaged(cursor);
        break;
      }
      this.packed -= cursor.at - before;
      if (this.packed < 0) throw damaged(cursor);
      if (this.#bytes.length - this.#out < mostAtOnce) this.#give(cursor, give);
    }
    this.#give(cursor, give);
    if (this.packed === 0 && this.size !== 0) throw damaged(cursor);
    return this.packed === 0;
  }

  /** A run of bytes, or a reference to such that were there. @returns false when it isn't all there */
  #step(cursor: RdbCursor): boolean {
    const { bytes, at, end } = cursor;
    if (at === end) return false;
    const control = bytes[at] as number;
    return control < 32 ? this.#run(cursor, control + 1) : this.#reference(cursor, control);
  }

  #run(cursor: RdbCursor, size: number): boolean {
    const from = cursor.at + 1;
    if (cursor.end - from < size) return false;
    cursor.bytes.copy(this.#bytes, this.#out, from, from + size);
    this.#out += size;
    cursor.at = from + size;
    return true;
  }

  #reference(cursor: RdbCursor, control: number): boolean {
    const { bytes, at, end } = cursor;
    const isLong = control >> 5 === longest;
    if (end - at < (isLong ? 3 : 2)) return false;
    const size = (control >> 5) + 2 + (isLong ? (bytes[at + 1] as number) : 0);
    const low = bytes[at + (isLong ? 2 : 1)] as number;
    let back = this.#out - ((control & 31) << 8) - low - 1;
    if (back < 0) throw damaged(cursor);
    const into = this.#bytes;
    let out = this.#out;
    for (const to = out + size; out < to; ) into[out++] = into[back++] as number;
    this.#out = out;
    cursor.at = at + (isLong ? 3 : 2);
    return true;
  }

  #give(cursor: RdbCursor, give: (piece: Buffer) => void): void {
    const [from, to] = [this.#from, this.#out];
    this.size -= to - from;
    if (this.size < 0) throw damaged(cursor);
    if (to > from) give(this.#bytes.subarray(from, to));
    const kept = Math.min(historyBytes, to);
    if (to > historyBytes) this.#bytes.copyWithin(0, to - kept, to);
    this.#from = this.#out = to > historyBytes ? kept : to;
  }
}

const damaged = ({ base, at }: RdbCursor): RdbError => new RdbError(base + at, 'compressed bytes that are damaged');
