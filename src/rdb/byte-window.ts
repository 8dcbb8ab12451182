import type { Crc64 } from './crc64.js';

const firstSize = 64 << 10;
/** What a window shrinks to again when a big value is over. */
const keptSize = 4 << 20;

/**
 * The part of a stream that is being looked at: filled at the end, read from `at`. What was read goes when room is
 * needed, so that it stays as small as the largest piece that must be seen at once.
 */
export class ByteWindow {
  bytes: Buffer = Buffer.allocUnsafeSlow(firstSize);
  /** The next byte to read. */
  at = 0;
  /** Where the bytes that are there end. */
  end = 0;
  /** Position in the stream of `bytes[0]`. */
  base: number;
  #summed = 0;

  /** @param sum told of every byte, once it is read */
  constructor(
    position = 0,
    private readonly sum: Crc64 | null = null,
  ) {
    this.base = position;
  }

  /** Position in the stream of the next byte to read. */
  get position(): number {
    return this.base + this.at;
  }

  push(chunk: Uint8Array): void {
    this.room(chunk.length).set(chunk);
    this.filled(chunk.length);
  }

  /** Free bytes, at least so many, to be filled from their beginning. Offsets into `bytes` change. */
  room(size: number): Buffer {
    if (this.bytes.length - this.end < size) this.#makeRoom(size);
    return this.bytes.subarray(this.end);
  }

  /** So many bytes were put into the room. */
  filled(size: number): void {
    this.end += size;
  }

  /** Sums what was read up to here. */
  settle(): void {
    this.sum?.update(this.bytes, this.#summed, this.at);
    this.#summed = this.at;
  }

  #makeRoom(size: number): void {
    this.settle();
    const kept = this.end - this.at;
    const into = this.#fitting(kept + size);
    this.bytes.copy(into, 0, this.at, this.end);
    this.base += this.at;
    this.bytes = into;
    this.at = this.#summed = 0;
    this.end = kept;
  }

  /** Grows by what has come at most, never by what a length says: a lie costs the memory of what was sent. */
  #fitting(size: number): Buffer {
    const { length } = this.bytes;
    if (size > length) return Buffer.allocUnsafeSlow(Math.max(size, length * 2));
    return length > keptSize && size * 4 < length ? Buffer.allocUnsafeSlow(Math.max(size, keptSize)) : this.bytes;
  }
}
