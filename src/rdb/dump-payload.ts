import { Crc64 } from './crc64.js';

/** What ends a payload of DUMP and FUNCTION DUMP: the RDB version, 2 bytes, and a CRC64, all little-endian. */
export const footerBytes = 10;

/** Makes the footers of payloads, which are a type byte and the value's bytes as a snapshot has them. */
export class PayloadFooter {
  readonly #bytes = Buffer.alloc(footerBytes);
  readonly #sum = new Crc64();

  /** The footer of `type` and what stands from `from` to `to`; the same bytes again and again. */
  of(version: number, type: number, value: Uint8Array, from: number, to: number): Buffer {
    const bytes = this.#bytes;
    bytes.writeUInt16LE(version);
    this.#sum.clear().byte(type).update(value, from, to).update(bytes, 0, 2).write(bytes, 2);
    return bytes;
  }
}
