/** The Jones polynomial, reflected, in halves: x^64 + x^63 + x^61 + x^59 + x^58 + x^56 + ... as RDB files and DUMP use it. */
const polynomialLow = 0xac4bc9b5;
const polynomialHigh = 0x95ac9329;
const slices = 8;

/** What one byte does to the sum, at each of 8 distances from the end of a step: two halves, since bit operations have 32 bits. */
const { low, high } = tables();

/** The checksum of RDB files and DUMP payloads, eight bytes a step: more than 1 GB/s. */
export class Crc64 {
  #low = 0;
  #high = 0;

  clear(): this {
    this.#low = 0;
    this.#high = 0;
    return this;
  }

  byte(value: number): this {
    const at = (this.#low ^ value) & 255;
    this.#low = ((this.#low >>> 8) | (this.#high << 24)) ^ (low[at] as number);
    this.#high = (this.#high >>> 8) ^ (high[at] as number);
    return this;
  }

  update(bytes: Uint8Array, from = 0, to = bytes.length): this {
    let at = from;
    let l = this.#low;
    let h = this.#high;
    for (; at + slices <= to; at += slices) {
      const x = l ^ four(bytes, at);
      const y = h ^ four(bytes, at + 4);
      l = mix(low, 1024, x) ^ mix(low, 0, y);
      h = mix(high, 1024, x) ^ mix(high, 0, y);
    }
    this.#low = l;
    this.#high = h;
    for (; at < to; at++) this.byte(bytes[at] as number);
    return this;
  }

  /** Whether the 8 bytes there, little-endian, are this sum. */
  isAt(bytes: Buffer, at: number): boolean {
    return bytes.readInt32LE(at) === (this.#low | 0) && bytes.readInt32LE(at + 4) === (this.#high | 0);
  }

  /** Writes the sum, 8 bytes, little-endian. */
  write(into: Buffer, at: number): void {
    into.writeInt32LE(this.#low | 0, at);
    into.writeInt32LE(this.#high | 0, at + 4);
  }
}

const four = (bytes: Uint8Array, at: number): number =>
  (bytes[at] as number) |
  ((bytes[at + 1] as number) << 8) |
  ((bytes[at + 2] as number) << 16) |
  ((bytes[at + 3] as number) << 24);

/** What four bytes do, whose last one is at the distance of the table's part that begins at `part`. */
const mix = (table: Uint32Array, part: number, word: number): number =>
  (table[part + 768 + (word & 255)] as number) ^
  (table[part + 512 + ((word >>> 8) & 255)] as number) ^
  (table[part + 256 + ((word >>> 16) & 255)] as number) ^
  (table[part + (word >>> 24)] as number);

function tables(): { low: Uint32Array; high: Uint32Array } {
  const [l, h] = [new Uint32Array(256 * slices), new Uint32Array(256 * slices)];
  for (let at = 0; at < 256; at++) [l[at], h[at]] = ofByte(at);
  for (let at = 256; at < 256 * slices; at++) {
    const [before, beforeHigh] = [l[at - 256] as number, h[at - 256] as number];
    l[at] = ((before >>> 8) | (beforeHigh << 24)) ^ (l[before & 255] as number);
    h[at] = (beforeHigh >>> 8) ^ (h[before & 255] as number);
  }
  return { low: l, high: h };
}

function ofByte(byte: number): [number, number] {
  let [l, h] = [byte, 0];
  for (let bit = 0; bit < 8; bit++) {
    const odd = l & 1;
    l = ((l >>> 1) | (h << 31)) ^ (odd ? polynomialLow : 0);
    h = (h >>> 1) ^ (odd ? polynomialHigh : 0);
  }
  return [l >>> 0, h >>> 0];
}
