import { ByteBuilder } from './bytes.js';
import { integerIn } from './integer.js';
import { defaultLimits, type RespLimits } from './limits.js';
import { ProtocolError, type Reply, RespError } from './reply.js';

const newline = 10;
const carriageReturn = 13;
const idle = -1;

interface OpenArray {
  items: Reply[];
  missing: number;
}

/** Reads RESP2 replies one by one from chunks cut anywhere. Copies what it keeps, so a chunk may be used again. */
export class RespReader {
  readonly #limits: RespLimits;
  /** The beginning of a line or a bulk string whose rest is in the next chunks. */
  readonly #part = new ByteBuilder(512 << 10);
  /** Bytes of the bulk string that is being read, its line end included; `idle` between bulk strings. */
  #bulkSize = idle;
  #open: OpenArray[] = [];
  #result: Reply | undefined;
  #position = 0;
  #elements = 0;
  #bytes = 0;

  constructor(limits: Partial<RespLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** Takes bytes until one reply is complete or the chunk ends. @returns where it stopped. @throws ProtocolError */
  read(chunk: Buffer, from = 0): number {
    let at = from;
    while (at < chunk.length && this.#result === undefined) {
      const next = this.#bulkSize === idle ? this.#readLine(chunk, at) : this.#readBulk(chunk, at);
      this.#position += next - at;
      at = next;
    }
    return at;
  }

  /** The reply if it is complete, once; undefined until then. */
  take(): Reply | undefined {
    const result = this.#result;
    if (result === undefined) return undefined;
    this.#result = undefined;
    this.#elements = 0;
    this.#bytes = 0;
    return result;
  }

  #readLine(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(newline, from);
    const to = end < 0 ? chunk.length : end + 1;
    if (this.#part.length + to - from > this.#limits.lineBytes) this.#refuse('a line beyond the limit');
    if (end >= 0 && this.#part.length === 0) this.#understand(chunk, from, to);
    else this.#continueLine(chunk, from, to, end >= 0);
    return to;
  }

  #continueLine(chunk: Buffer, from: number, to: number, ends: boolean): void {
    this.#part.append(chunk, from, to);
    if (!ends) return;
    this.#understand(this.#part.view(), 0, this.#part.length);
    this.#part.clear();
  }

  #understand(bytes: Buffer, from: number, to: number): void {
    if (bytes[to - 2] !== carriageReturn) this.#refuse('a line that does not end with \\r\\n');
    this.#countBytes(to - from);
    const type = String.fromCharCode(bytes[from] as number);
    if (type === '$') this.#openBulk(this.#size(bytes, from + 1, to - 2, this.#limits.bulkBytes));
    else if (type === ':') this.#give(this.#integer(bytes, from + 1, to - 2));
    else if (type === '*') this.#openArray(this.#size(bytes, from + 1, to - 2, this.#limits.elements));
    else if (type === '+') this.#give(bytes.toString('utf8', from + 1, to - 2));
    else if (type === '-') this.#give(new RespError(bytes.toString('utf8', from + 1, to - 2)));
    else this.#refuse(`a reply of unknown type ${JSON.stringify(type)}`);
  }

  #openBulk(size: number): void {
    this.#countBytes(Math.max(0, size));
    if (size < 0) this.#give(null);
    else this.#bulkSize = size + 2;
  }

  #readBulk(chunk: Buffer, from: number): number {
    const to = Math.min(chunk.length, from + this.#bulkSize - this.#part.length);
    if (to - from === this.#bulkSize) this.#closeBulk(chunk.subarray(from, to));
    else this.#continueBulk(chunk, from, to);
    return to;
  }

  #continueBulk(chunk: Buffer, from: number, to: number): void {
    this.#part.append(chunk, from, to);
    if (this.#part.length < this.#bulkSize) return;
    this.#closeBulk(this.#part.view());
    this.#part.clear();
  }

  #closeBulk(bytes: Buffer): void {
    if (bytes.at(-1) !== newline || bytes.at(-2) !== carriageReturn) this.#refuse('a bulk string longer than it said');
    this.#bulkSize = idle;
    this.#give(Buffer.from(bytes.subarray(0, -2)));
  }

  #openArray(size: number): void {
    this.#elements += Math.max(0, size);
    if (this.#elements > this.#limits.elements) this.#refuse(`more than ${this.#limits.elements} elements`);
    if (this.#open.length >= this.#limits.depth) this.#refuse(`arrays nested deeper than ${this.#limits.depth}`);
    if (size > 0) this.#open.push({ items: [], missing: size });
    else this.#give(size < 0 ? null : []);
  }

  #give(reply: Reply): void {
    let value = reply;
    for (let array = this.#open.at(-1); array; array = this.#open.at(-1)) {
      array.items.push(value);
      if (--array.missing > 0) return;
      this.#open.pop();
      value = array.items;
    }
    this.#result = value;
  }

  #integer(bytes: Buffer, from: number, to: number): number | bigint {
    const value = integerIn(bytes, from, to);
    return (
      value ??
      this.#refuse(`not an integer: ${JSON.stringify(bytes.toString('latin1', from, Math.min(to, from + 40)))}`)
    );
  }

  #size(bytes: Buffer, from: number, to: number, limit: number): number {
    const size = this.#integer(bytes, from, to);
    if (size < -1 || size > limit) this.#refuse(`a length of ${size}, where at most ${limit} is taken`);
    return Number(size);
  }

  #countBytes(size: number): void {
    this.#bytes += size;
    if (this.#bytes > this.#limits.replyBytes) this.#refuse(`a reply of more than ${this.#limits.replyBytes} bytes`);
  }

  #refuse(reason: string): never {
    throw new ProtocolError(this.#position, reason);
  }
}
