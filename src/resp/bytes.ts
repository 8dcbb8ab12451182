/** Below this a loop in JavaScript beats the call into native copying. */
const smallCopy = 48;
const fewest = 256;
const nothing = Buffer.alloc(0);

/**
 * Bytes that grow at the end and are used again: bulk work appends millions of pieces without an object for each.
 * What `view()` returns is valid until the next change.
 */
export class ByteBuilder {
  #bytes = nothing;
  #length = 0;

  /** @param keep bytes that `clear()` holds on to; what a rare big batch needed beyond it goes back. */
  constructor(private readonly keep = 1 << 20) {}

  get length(): number {
    return this.#length;
  }

  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): this {
    if (this.#bytes.length > this.keep) this.#bytes = nothing;
    this.#length = 0;
    return this;
  }

  append(source: Uint8Array, from = 0, to = source.length): this {
    const size = to - from;
    this.#reserve(size);
    const bytes = this.#bytes;
    let at = this.#length;
    if (size < smallCopy) for (let i = from; i < to; i++) bytes[at++] = source[i] as number;
    else bytes.set(size === source.length ? source : source.subarray(from, to), at);
    this.#length += size;
    return this;
  }

  appendText(text: string): this {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length);
    return this;
  }

  #reserve(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2, fewest));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
