import type { ByteBuilder } from './bytes.js';
import { ReplyCounter } from './counter.js';
import type { RespReader } from './reader.js';
import type { Reply } from './reply.js';

/** What a connection waits for, in the order of its writes: takes its own bytes from the chunks and leaves the rest. */
export interface Expected<Result> {
  /** @returns where its bytes end in the chunk. @throws ProtocolError */
  consume(chunk: Buffer, from: number): number;
  /** Undefined until all is there. */
  result(): Result | undefined;
}

/** N replies, read. */
export class ExpectedReplies implements Expected<Reply[]> {
  readonly #replies: Reply[] = [];

  constructor(
    private readonly count: number,
    private readonly reader: RespReader,
  ) {}

  consume(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#replies.length < this.count) {
      at = this.reader.read(chunk, at);
      const reply = this.reader.take();
      if (reply !== undefined) this.#replies.push(reply);
    }
    return at;
  }

  result(): Reply[] | undefined {
    return this.#replies.length < this.count ? undefined : this.#replies;
  }
}

/** What is known of N replies whose bytes were kept as they came. */
export interface RawReplies {
  errors: number;
  nils: number;
  /** Bytes of all, kept or not. */
  bytes: number;
  /** False when they went beyond the limit; then what was kept is only their beginning. */
  whole: boolean;
}

/** N replies as bytes, not read. */
export class ExpectedBytes implements Expected<RawReplies> {
  readonly #counter: ReplyCounter;
  #bytes = 0;

  constructor(
    replies: number,
    private readonly into: ByteBuilder,
    private readonly limit: number,
  ) {
    this.#counter = new ReplyCounter(replies);
  }

  consume(chunk: Buffer, from: number): number {
    const to = this.#counter.count(chunk, from);
    this.#bytes += to - from;
    if (this.#bytes <= this.limit) this.into.append(chunk, from, to);
    return to;
  }

  result(): RawReplies | undefined {
    const { complete, errors, nils } = this.#counter;
    return complete ? { errors, nils, bytes: this.#bytes, whole: this.#bytes <= this.limit } : undefined;
  }
}
