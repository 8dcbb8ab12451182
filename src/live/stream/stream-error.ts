/** The source sent what is no stream of commands: nothing after it can be believed. */
export class StreamError extends Error {
  override readonly name = 'StreamError';

  /** @param offset the replication offset before the offending bytes */
  constructor(
    readonly offset: number,
    readonly reason: string,
  ) {
    super(`at offset ${offset} of the source's stream: ${reason}`);
  }
}
