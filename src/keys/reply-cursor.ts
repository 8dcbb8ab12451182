import { integerIn } from '../resp/integer.js';

const newline = 10;
const bulk = 36;

/** Walks over replies that were kept as bytes (bulk strings and integers), without making anything of them. */
export class ReplyCursor {
  /** Where the bulk string begins; -1 when it is nil. */
  from = 0;
  to = 0;
  /** The integer, or an array's size. */
  value = 0;
  /** Where the reply begins on the wire. */
  start = 0;
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** Another one at the same place. */
  fork(): ReplyCursor {
    const other = new ReplyCursor(this.bytes);
    other.#at = this.#at;
    return other;
  }

  /** Goes on to the next reply; for an array, into it. */
  next(): void {
    this.start = this.#at;
    const end = this.bytes.indexOf(newline, this.#at);
    this.value = Number(integerIn(this.bytes, this.#at + 1, end - 1) ?? Number.NaN);
    const body = this.bytes[this.#at] === bulk && this.value >= 0;
    this.from = body ? end + 1 : -1;
    this.to = body ? end + 1 + this.value : end - 1;
    this.#at = body ? this.to + 2 : end + 1;
  }

  /** Where the reply ends on the wire. */
  get end(): number {
    return this.#at;
  }
}
