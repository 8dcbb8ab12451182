import { RdbCursor } from '../cursor.js';
import { RdbString } from '../rdb-string.js';

/** Reads the parts of a row that is known to be all there. */
export class RowReader {
  readonly #cursor = new RdbCursor();

  over(bytes: Buffer, from: number, to: number, base: number): this {
    this.#cursor.over(bytes, from, to, base);
    return this;
  }

  /** Position in the snapshot. */
  get position(): number {
    return this.#cursor.base + this.#cursor.at;
  }

  refuse(reason: string): never {
    return this.#cursor.refuse(reason);
  }

  /** The snapshot's own bytes where the string isn't encoded, so valid as long as those. */
  string(): Buffer {
    const string = new RdbString();
    string.read(this.#cursor);
    return string.bytes.subarray(string.from, string.to);
  }

  length(): number {
    this.#cursor.length();
    return this.#cursor.value;
  }

  /** A length of 64 bits, exact. */
  longLength(): bigint {
    const { at } = this.#cursor;
    const value = this.length();
    return Number.isSafeInteger(value) ? BigInt(value) : this.#cursor.bytes.readBigUInt64BE(at + 1);
  }

  bytes(size: number): Buffer {
    const { at } = this.#cursor;
    this.#cursor.at += size;
    return this.#cursor.bytes.subarray(at, at + size);
  }

  /** Unix ms, 8 bytes. */
  time(): number {
    return Number(this.bytes(8).readBigInt64LE());
  }

  /** A score of 8 bytes. */
  double(): number {
    return this.bytes(8).readDoubleLE();
  }

  /** A score in text, as it was up to 3.2. */
  scoreInText(): number {
    const size = this.bytes(1)[0] as number;
    if (size >= 253) return [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][size - 253] as number;
    return Number(this.bytes(size).toString('latin1'));
  }
}
