import { RdbError } from './rdb-error.js';

/** What values are made of; `string` in any of its encodings, `length` of 1 to 9 bytes. */
export const part = { string: 0, length: 1, score: 2, byte: 3, bytes4: 4, bytes8: 5, bytes16: 6 } as const;
export type Part = (typeof part)[keyof typeof part];

/** How a string says that it isn't plain. */
export const encoding = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const;

/** A string can be 512 MiB at most, unless a server was told otherwise. */
export const longestString = 512 << 20;
/** Three bytes of LZF give 264 at most. */
const mostExpansion = 88;
const fixedSizes = [0, 0, 0, 1, 4, 8, 16];

/** Goes over bytes without making anything of them. Every move is false when they end before it does. */
export class RdbCursor {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  /** Position in the snapshot of `bytes[0]`. */
  base = 0;
  /** The length that was read, or a string's encoding; exact up to 2^53. */
  value = 0;
  /** What was read was not a length, but how a string is encoded. */
  encoded = false;

  over(bytes: Buffer, at: number, end: number, base: number): this {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    this.base = base;
    return this;
  }

  refuse(reason: string): never {
    throw new RdbError(this.base + this.at, reason);
  }

  /** A length, which may as well say how a string is encoded. */
  lengthOrEncoding(): boolean {
    if (this.at >= this.end) return false;
    const first = this.bytes[this.at] as number;
    this.encoded = first >= 0xc0;
    if (first < 0x40 || this.encoded) {
      this.value = first & 0x3f;
      this.at++;
      return true;
    }
    return first < 0x80 ? this.#fourteenBits(first) : this.#longLength(first);
  }

  length(): boolean {
    if (!this.lengthOrEncoding()) return false;
    return this.encoded ? this.refuse(`an encoding (${this.value}) where a length belongs`) : true;
  }

  skip(what: Part): boolean {
    if (what === part.string) return this.#skipString();
    if (what === part.length) return this.length();
    if (what === part.score) return this.#skipScore();
    return this.#skipBytes(fixedSizes[what] as number);
  }

  /**
   * Reads what stands before a string's bytes. Then `value` is their number, or what its encoding is; for LZF, read on
   * with `compressed`.
   */
  stringHead(): boolean {
    if (!this.lengthOrEncoding()) return false;
    if (!this.encoded) return this.#bounded(this.value);
    return this.value <= encoding.lzf || this.refuse(`a string of unknown encoding ${this.value}`);
  }

  /** The two lengths of a string in LZF. `value`: of what follows. @returns its size when expanded, -1: not there yet */
  compressed(): number {
    if (!this.length()) return -1;
    const packed = this.value;
    if (!this.length()) return -1;
    const size = this.value;
    this.#bounded(size);
    if (size > packed * mostExpansion) this.refuse(`${packed} compressed bytes that are said to hold ${size}`);
    this.value = packed;
    return size;
  }

  #skipString(): boolean {
    if (!this.stringHead()) return false;
    if (!this.encoded) return this.#skipBytes(this.value);
    if (this.value !== encoding.lzf) return this.#skipBytes(1 << this.value);
    return this.compressed() >= 0 && this.#skipBytes(this.value);
  }

  /** Scores were text once: a byte of length, or one that says which of those that have no digits. */
  #skipScore(): boolean {
    if (this.at >= this.end) return false;
    const size = this.bytes[this.at] as number;
    return this.#skipBytes(1 + (size < 253 ? size : 0));
  }

  #skipBytes(size: number): boolean {
    if (this.end - this.at < size) return false;
    this.at += size;
    return true;
  }

  #fourteenBits(first: number): boolean {
    if (this.end - this.at < 2) return false;
    this.value = ((first & 0x3f) << 8) | (this.bytes[this.at + 1] as number);
    this.at += 2;
    return true;
  }

  #longLength(first: number): boolean {
    if (first > 0x81) this.refuse(`a length of unknown form 0x${first.toString(16)}`);
    const size = first === 0x80 ? 5 : 9;
    if (this.end - this.at < size) return false;
    this.value = this.bytes.readUInt32BE(this.at + 1);
    if (size === 9) this.value = this.value * 2 ** 32 + this.bytes.readUInt32BE(this.at + 5);
    this.at += size;
    return true;
  }

  #bounded(size: number): true {
    return size <= longestString || this.refuse(`a string of ${size} bytes, where at most ${longestString} are taken`);
  }
}
