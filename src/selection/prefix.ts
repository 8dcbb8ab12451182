import type { ByteBuilder } from '../resp/bytes.js';

const newline = 10;
/** What ends a bulk string on the wire. */
export const endBytes = 2;
const mostHeads = 1024;

/** Another beginning for all names that begin so. */
export class PrefixRename {
  readonly #from: Buffer;
  readonly #to: Buffer;
  /** By the length of the new name: `$<length>\r\n<to>`. */
  readonly #heads: Buffer[] = [];

  constructor({ from, to }: { from: string; to: string }) {
    this.#from = Buffer.from(from);
    this.#to = Buffer.from(to);
  }

  /** Whether the name from `from` to `to` begins so. */
  concerns(bytes: Uint8Array, from: number, to: number): boolean {
    const prefix = this.#from;
    if (to - from < prefix.length) return false;
    for (let at = 0; at < prefix.length; at++) if (bytes[from + at] !== prefix[at]) return false;
    return true;
  }

  /** The new name. @param key one that this concerns */
  apply(key: Buffer): Buffer {
    return Buffer.concat([this.#to, key.subarray(this.#from.length)]);
  }

  /** Writes the new name of a key on the wire, `$<length>\r\n<bytes>\r\n`, or the old one where it isn't concerned. */
  appendTo(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void {
    const name = nameOnWire(wire, from);
    if (!this.concerns(wire, name, to - endBytes)) into.append(wire, from, to);
    else {
      const length = to - endBytes - name - this.#from.length + this.#to.length;
      into.append(this.#head(length)).append(wire, name + this.#from.length, to);
    }
  }

  #head(length: number): Buffer {
    const make = () => Buffer.concat([Buffer.from(`$${length}\r\n`), this.#to]);
    if (length >= mostHeads) return make();
    this.#heads[length] ??= make();
    return this.#heads[length];
  }
}

/** Where the name begins of a key that stands on the wire from `from` on. */
export const nameOnWire = (wire: Uint8Array, from: number): number => wire.indexOf(newline, from) + 1;
