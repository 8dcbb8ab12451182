const nothing = Buffer.alloc(0);
const smallest = 64 << 10;

/**
 * Bytes of the stream that are not done with: in the chunk that they came in as long as that is valid, then in memory of
 * its own, which is used again and grows to what the biggest command needs.
 */
export class StreamWindow {
  bytes: Buffer = nothing;
  /** Where what is known of them ends. */
  end = 0;
  #own: Buffer = nothing;

  /** @param keep bytes of memory that it holds on to; what a rare big command needed beyond goes back */
  constructor(private readonly keep = 1 << 20) {}

  /** Follows on what there is. @param needed how many bytes there will be at least, as far as that is known */
  add(chunk: Buffer, from: number, needed: number): void {
    if (this.end === 0) {
      this.bytes = from === 0 ? chunk : chunk.subarray(from);
      this.end = this.bytes.length;
      return;
    }
    const size = this.end + chunk.length - from;
    this.#reserve(Math.max(size, needed), size);
    chunk.copy(this.#own, this.end, from);
    this.end = size;
  }

  /** Lets go what is before `from`, and keeps the rest, which becomes its beginning. The chunk may change after that. */
  keepFrom(from: number): void {
    const left = this.end - from;
    const tooMuch = this.#own.length > this.keep && left <= smallest;
    if (tooMuch || left > this.#own.length) this.#moveTo(Buffer.allocUnsafeSlow(Math.max(smallest, left)), from);
    else if (this.bytes !== this.#own) this.#moveTo(this.#own, from);
    else if (from > 0) this.#own.copyWithin(0, from, this.end);
    this.end = left;
  }

  /** Takes bytes out of the middle. The chunk is left as it is. */
  remove(at: number, bytes: number): void {
    if (this.bytes !== this.#own)
      this.#moveTo(this.#own.length < this.end ? Buffer.allocUnsafeSlow(this.end) : this.#own, 0);
    this.#own.copyWithin(at, at + bytes, this.end);
    this.end -= bytes;
  }

  #moveTo(memory: Buffer, from: number): void {
    this.bytes.copy(memory, 0, from, this.end);
    this.#own = memory;
    this.bytes = memory;
  }

  #reserve(needed: number, size: number): void {
    if (size <= this.#own.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#own.length * 2));
    this.bytes.copy(grown, 0, 0, this.end);
    this.#own = grown;
    this.bytes = grown;
  }
}
