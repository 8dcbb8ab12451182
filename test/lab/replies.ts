/** An error that the server answered: the command had no effect. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
  /** The first word: `READONLY`, `NOAUTH`, `ERR`... */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** A bulk string is a Buffer, a simple string a string. */
export type Reply = string | number | Buffer | null | RedisError | Reply[];

/** Cuts a stream of RESP2 into replies. */
export class ReplyReader {
  #buffered: Buffer = Buffer.alloc(0);
  #at = 0;
  /** What came behind it, and how many bytes of all that a reply takes at least: a big one isn't put together again and again. */
  #coming: Buffer[] = [];
  #length = 0;
  #needed = 0;

  push(chunk: Buffer): Reply[] {
    this.#coming.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return [];
    this.#buffered = Buffer.concat([this.#buffered.subarray(this.#at), ...this.#coming]);
    this.#coming = [];
    this.#at = 0;
    this.#needed = 0;
    const replies: Reply[] = [];
    for (;;) {
      const start = this.#at;
      const reply = this.#reply();
      if (reply === undefined) {
        this.#at = start;
        this.#length = this.#buffered.length - start;
        this.#needed -= start;
        return replies;
      }
      replies.push(reply);
    }
  }

  /** Undefined: not all of it has come yet. */
  #reply(): Reply | undefined {
    const line = this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case '+':
        return rest;
      case '-':
        return new RedisError(rest);
      case ':':
        return Number(rest);
      case '$':
        return this.#bulk(Number(rest));
      case '*':
        return this.#array(Number(rest));
      default:
        throw new Error(`not a Redis reply: ${JSON.stringify(line.slice(0, 40))}`);
    }
  }

  #line(): string | undefined {
    const end = this.#buffered.indexOf('\r\n', this.#at, 'latin1');
    if (end < 0) return undefined;
    const line = this.#buffered.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bulk(length: number): Buffer | null | undefined {
    if (length < 0) return null;
    const end = this.#at + length;
    if (this.#buffered.length < end + 2) {
      this.#needed = end + 2;
      return undefined;
    }
    const bulk = this.#buffered.subarray(this.#at, end);
    this.#at = end + 2;
    return bulk;
  }

  #array(length: number): Reply[] | null | undefined {
    if (length < 0) return null;
    const items: Reply[] = [];
    for (let n = 0; n < length; n++) {
      const item = this.#reply();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}

/** A reply the way redis-cli writes it to a pipe: arrays a line an item, nil as nothing. */
export function asText(reply: Reply): string {
  if (Array.isArray(reply)) return reply.map(asText).join('\n');
  if (reply === null) return '';
  if (reply instanceof RedisError) return `(error) ${reply.message}`;
  return reply.toString();
}
