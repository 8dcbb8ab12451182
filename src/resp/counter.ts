import { ProtocolError } from './reply.js';

const newline = 10;
const carriageReturn = 13;
const minus = 45;
const zero = 48;
const bulk = 36;
const array = 42;
const error = 45;
const integer = 58;
const simple = 43;

/** Lengths beyond this are a broken server's: 512 MiB is the most that one can hold in a string. */
const greatestLength = 512 << 20;

const expectType = 0;
const inLine = 1;
const inBulk = 2;

/** Finds where N replies end without making anything of them: reads types and lengths, skips the rest. */
export class ReplyCounter {
  errors = 0;
  /** Nil replies, which tell of keys that are not there. */
  nils = 0;
  #missing: number;
  #state = expectType;
  #type = 0;
  #length = 0;
  #negative = false;
  #position = 0;

  constructor(replies: number) {
    this.#missing = replies;
  }

  get complete(): boolean {
    return this.#missing === 0;
  }

  /** @returns where the last of the replies ends, or the chunk's end. @throws ProtocolError */
  count(chunk: Uint8Array, from: number): number {
    let at = from;
    while (this.#missing > 0 && at < chunk.length) {
      if (this.#state === inBulk) at = this.#skipBulk(chunk, at);
      else if (this.#state === inLine) at = this.#line(chunk, at);
      else this.#begin(chunk[at++] as number);
    }
    this.#position += at - from;
    return at;
  }

  #begin(type: number): void {
    if (type !== bulk && type !== integer && type !== array && type !== error && type !== simple)
      throw new ProtocolError(this.#position, `a reply of unknown type ${JSON.stringify(String.fromCharCode(type))}`);
    if (type === error) this.errors++;
    this.#type = type;
    this.#length = 0;
    this.#negative = false;
    this.#state = inLine;
  }

  #line(chunk: Uint8Array, from: number): number {
    const counts = this.#type === bulk || this.#type === array;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === newline) {
        this.#endLine(counts);
        return at + 1;
      }
      if (counts) this.#digit(byte);
    }
    return chunk.length;
  }

  #digit(byte: number): void {
    if (byte === carriageReturn) return;
    if (byte === minus) this.#negative = true;
    else if (byte < zero || byte > zero + 9) throw new ProtocolError(this.#position, 'a length that is not a number');
    else this.#length = this.#length * 10 + byte - zero;
    if (this.#length > greatestLength) throw new ProtocolError(this.#position, `a length beyond ${greatestLength}`);
  }

  #endLine(counts: boolean): void {
    this.#state = expectType;
    if (counts && this.#negative) this.nils++;
    else if (this.#type === array) this.#missing += this.#length;
    else if (this.#type === bulk) {
      this.#state = inBulk;
      this.#length += 2;
      return;
    }
    this.#missing--;
  }

  #skipBulk(chunk: Uint8Array, from: number): number {
    const step = Math.min(this.#length, chunk.length - from);
    this.#length -= step;
    if (this.#length === 0) {
      this.#state = expectType;
      this.#missing--;
    }
    return from + step;
  }
}
