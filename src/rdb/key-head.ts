import type { RdbCursor } from './cursor.js';
import { opcode } from './opcodes.js';
import { RdbString } from './rdb-string.js';

const none = -1;

/** What stands before a value: when it expires, how it was used, its type and its key. */
export class KeyHead {
  /** Unix ms; -1: never. */
  expireAt = none;
  /** Seconds since the last access; -1: not told. */
  idle = none;
  /** How often it was used, on the server's logarithmic scale up to 255; -1: not told. */
  frequency = none;
  /** The byte that says what the value is; it and the value's bytes are what DUMP gives. */
  typeByte = 0;
  readonly key = new RdbString();

  /** @returns the opcode when what stands there is no key, then past the opcode; false when it isn't all there. @throws RdbError */
  read(cursor: RdbCursor): 'key' | number | false {
    this.expireAt = this.idle = this.frequency = none;
    for (;;) {
      if (cursor.at >= cursor.end) return false;
      const byte = cursor.bytes[cursor.at++] as number;
      if (byte < opcode.slotImport) {
        this.typeByte = byte;
        return this.key.read(cursor) && 'key';
      }
      const told = this.#attribute(byte, cursor);
      if (told === undefined) return byte;
      if (!told) return false;
    }
  }

  /** @returns undefined for what isn't about the key that follows */
  #attribute(byte: number, cursor: RdbCursor): boolean | undefined {
    if (byte === opcode.expiryMs) return this.#expiry(cursor, 8);
    if (byte === opcode.expirySeconds) return this.#expiry(cursor, 4);
    if (byte === opcode.frequency) return this.#frequency(cursor);
    if (byte !== opcode.idle) return undefined;
    if (!cursor.length()) return false;
    this.idle = cursor.value;
    return true;
  }

  #expiry(cursor: RdbCursor, size: 4 | 8): boolean {
    const { bytes, at } = cursor;
    if (cursor.end - at < size) return false;
    cursor.at += size;
    this.expireAt =
      size === 4 ? bytes.readInt32LE(at) * 1000 : bytes.readUInt32LE(at) + bytes.readInt32LE(at + 4) * 2 ** 32;
    // A time before 1970 has passed like any other, and must not be taken for none.
    this.expireAt = Math.max(1, this.expireAt);
    return true;
  }

  #frequency(cursor: RdbCursor): boolean {
    if (cursor.at >= cursor.end) return false;
    this.frequency = cursor.bytes[cursor.at++] as number;
    return true;
  }
}
