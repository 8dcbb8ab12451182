/**
 * A RESP2 reply: simple strings are strings, integers are numbers (bigint beyond 2^53), bulk strings are Buffers,
 * both kinds of nil are null. Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export type Reply = string | number | bigint | Buffer | null | RespError | Reply[];

/** An error that the server answered with, such as `-NOPERM ...`. The connection lives on. */
export class RespError extends Error {
  override readonly name = 'RespError';
  /** Which server said it, when a connection passed it on. */
  side: 'source' | 'target' | undefined;

  /** The first word, which is stable: `ERR`, `NOPERM`, `WRONGTYPE`, ... */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** Bytes that are not RESP2, or go beyond a limit: nothing after them can be believed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  /** @param position bytes of the stream before the offending reply's line or value. */
  constructor(
    readonly position: number,
    readonly reason: string,
  ) {
    super(`at byte ${position} of the replies: ${reason}`);
  }
}
