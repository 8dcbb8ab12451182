import type { ByteBuilder } from '../resp/bytes.js';

const newline = 10;
/** What ends a bulk string on the wire. */
const endBytes = 2;

/** Names that begin with `from` begin with `to` on the target. */
export class PrefixRename {
  readonly from: Buffer;
  readonly to: Buffer;
  /** By the length of the new name: `$<length>\r\n<to>`. */
  readonly #heads: Buffer[] = [];

  constructor(prefix: { from: string; to: string }) {
    this.from = Buffer.from(prefix.from);
    this.to = Buffer.from(prefix.to);
  }

  renames(bytes: Uint8Array, from: number, to: number): boolean {
    return beginsWith(this.from, bytes, from, to);
  }

  /** Whether a key of the target may have its name from here. */
  mayGive(key: Buffer): boolean {
    return beginsWith(this.to, key, 0, key.length);
  }

  /** Whether a key that keeps its name may be called as one that gets a new one. */
  mayCollide(bytes: Uint8Array, from: number, to: number): boolean {
    return beginsWith(this.to, bytes, from, to) && !this.renames(bytes, from, to);
  }

  /** The new name. @param key begins with `from` */
  apply(key: Buffer): Buffer {
    return Buffer.concat([this.to, key.subarray(this.from.length)]);
  }

  /** The old name. @param key begins with `to` */
  revert(key: Buffer): Buffer {
    return Buffer.concat([this.from, key.subarray(this.to.length)]);
  }

  /** Writes the name on the target of a key on the wire, `$<length>\r\n<bytes>\r\n`. */
  appendTo(into: ByteBuilder, wire: Uint8Array, from: number, to: number): void {
    const name = wire.indexOf(newline, from) + 1;
    if (!this.renames(wire, name, to - endBytes)) into.append(wire, from, to);
    else {
      const length = to - endBytes - name - this.from.length + this.to.length;
      into.append(this.#head(length)).append(wire, name + this.from.length, to);
    }
  }

  #head(length: number): Buffer {
    const make = () => Buffer.concat([Buffer.from(`$${length}\r\n`), this.to]);
    if (length >= 1024) return make();
    this.#heads[length] ??= make();
    return this.#heads[length];
  }
}

function beginsWith(prefix: Buffer, bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[from + at] !== prefix[at]) return false;
  return true;
}
