import { createHash } from 'node:crypto';
import { ReplyCounter } from './counter.js';
import type { Expected } from './expected.js';
import { RespError } from './reply.js';

/** A DUMP payload ends with 2 bytes of RDB version and 8 of CRC64; the reply adds its line end. */
const footerBytes = 10 + 2;
const shownErrorBytes = 200;

/**
 * A digest of one DUMP reply of any size, of which nothing is kept. It leaves out the footer, so that servers of
 * different RDB versions agree. Null when the key isn't there; an error reply as it is.
 */
export class ExpectedPayloadDigest implements Expected<string | null | RespError> {
  readonly #counter = new ReplyCounter(1);
  readonly #hash = createHash('sha1');
  #heldBack = Buffer.alloc(0);

  consume(chunk: Buffer, from: number): number {
    const to = this.#counter.count(chunk, from);
    const part = chunk.subarray(from, to);
    if (this.#counter.errors > 0) this.#heldBack = Buffer.concat([this.#heldBack, part]).subarray(0, shownErrorBytes);
    else this.#digest(part);
    return to;
  }

  result(): string | null | RespError | undefined {
    if (!this.#counter.complete) return undefined;
    if (this.#counter.errors > 0) return new RespError(this.#heldBack.toString('utf8', 1).trimEnd());
    return this.#counter.nils > 0 ? null : this.#hash.digest('base64');
  }

  #digest(part: Buffer): void {
    const certain = Math.max(0, this.#heldBack.length + part.length - footerBytes);
    const ofHeld = Math.min(certain, this.#heldBack.length);
    this.#hash.update(this.#heldBack.subarray(0, ofHeld)).update(part.subarray(0, certain - ofHeld));
    this.#heldBack = Buffer.concat([this.#heldBack.subarray(ofHeld), part.subarray(certain - ofHeld)]);
  }
}
