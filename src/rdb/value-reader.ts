import { encoding, RdbCursor } from './cursor.js';
import type { Decoder, Emit } from './decode/decoder.js';
import { RowReader } from './decode/row-reader.js';
import { blob } from './layout.js';
import { LzfPieces } from './lzf-pieces.js';
import type { RdbType } from './value-types.js';
import { Walker } from './walker.js';

/** What of a snapshot is there; reading moves `at`. */
interface Bytes {
  bytes: Buffer;
  at: number;
  end: number;
  base: number;
}

/** A compressed string is expanded at once up to this. */
const mostExpanded = 256 << 10;

/** One value, read row by row and let go as it is read; a string in pieces of whatever is there. */
export class ValueReader {
  readonly #walker = new Walker();
  readonly #cursor = new RdbCursor();
  readonly #row = new RowReader();
  readonly #decode: Decoder;
  /** Bytes of a plain string that are still to come; undefined: not a plain string, or not known yet. */
  #left: number | undefined;
  /** Of a compressed string. */
  #packed: LzfPieces | undefined;
  #inPieces: boolean;

  constructor(
    { type, layout, decoder }: Pick<RdbType, 'type' | 'layout' | 'decoder'>,
    private readonly window: Bytes,
  ) {
    this.#walker.begin(layout);
    this.#decode = decoder();
    this.#inPieces = type === 'string' && layout === blob;
  }

  /** @returns whether it is at its end; null for `emit` passes over it. @throws RdbError */
  next(emit: Emit | null): boolean {
    const { window } = this;
    const cursor = this.#cursor.over(window.bytes, window.at, window.end, window.base);
    const begun = this.#left !== undefined || this.#packed;
    if (this.#inPieces && !begun && !this.#beginString(cursor)) return false;
    const atEnd = this.#read(cursor, emit);
    window.at = cursor.at;
    return atEnd;
  }

  #read(cursor: RdbCursor, emit: Emit | null): boolean {
    if (this.#packed) return this.#packed.next(cursor, bytes => emit?.({ kind: 'bytes', bytes }));
    return this.#left === undefined ? this.#rows(cursor, emit) : this.#pieces(cursor, emit);
  }

  #beginString(cursor: RdbCursor): boolean {
    const { at } = cursor;
    if (!cursor.stringHead()) return false;
    const { encoded, value } = cursor;
    const size = encoded && value === encoding.lzf ? cursor.compressed() : 0;
    if (size < 0) return this.#backTo(cursor, at, false);
    if (!encoded) this.#left = cursor.value;
    else if (size > mostExpanded) this.#packed = new LzfPieces(cursor.value, size);
    else return this.#backTo(cursor, at, true);
    return true;
  }

  #backTo(cursor: RdbCursor, at: number, asRow: boolean): boolean {
    cursor.at = at;
    if (asRow) this.#inPieces = false;
    return asRow;
  }

  #pieces(cursor: RdbCursor, emit: Emit | null): boolean {
    const left = this.#left as number;
    const to = Math.min(cursor.end, cursor.at + left);
    this.#left = left - (to - cursor.at);
    if (to > cursor.at || left === 0) emit?.({ kind: 'bytes', bytes: cursor.bytes.subarray(cursor.at, to) });
    cursor.at = to;
    return this.#left === 0;
  }

  #rows(cursor: RdbCursor, emit: Emit | null): boolean {
    for (;;) {
      const step = this.#walker.step(cursor);
      if (step !== 'row') return step === 'end';
      const { row, from } = this.#walker;
      if (emit && row) this.#decode(row.name, this.#row.over(cursor.bytes, from, cursor.at, cursor.base), emit);
    }
  }
}
