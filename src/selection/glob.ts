import { anyByte, anyBytes, firstClass, type GlobTokens, readGlob } from './glob-tokens.js';

/**
 * A pattern for names, on bytes and with the meaning that it has for Redis itself. Text in it is UTF-8.
 * Time grows at most with the product of both lengths, whatever the pattern: nothing is tried twice but what stands
 * behind the last `*`.
 */
export class Glob {
  readonly #pattern: GlobTokens;
  /** No shorter name can match. */
  readonly #shortest: number;
  readonly #matchesAll: boolean;

  constructor(pattern: string) {
    this.#pattern = readGlob(Buffer.from(pattern));
    this.#shortest = this.#pattern.tokens.filter(token => token !== anyBytes).length;
    // To servers the empty name matches this pattern, but not `**`.
    this.#matchesAll = pattern === '*';
  }

  /** Whether the name from `from` to `to` matches as a whole. Makes no objects. */
  matches(bytes: Uint8Array, from: number, to: number): boolean {
    const { tokens } = this.#pattern;
    if (from === to) return this.#matchesAll || tokens.length === 0;
    if (to - from < this.#shortest) return false;
    let [token, at, retryToken, retryAt] = [0, from, -1, from];
    while (at < to) {
      const expected = token < tokens.length ? (tokens[token] as number) : -1;
      if (expected === anyBytes) {
        retryToken = ++token;
        retryAt = at;
        if (retryToken === tokens.length) return true;
      } else if (this.#takes(expected, bytes[at] as number)) {
        token++;
        at++;
      } else {
        // The last `*` takes a byte more.
        if (retryToken < 0) return false;
        token = retryToken;
        at = ++retryAt;
      }
    }
    return token === tokens.length || (token === tokens.length - 1 && tokens[token] === anyBytes);
  }

  #takes(expected: number, byte: number): boolean {
    if (expected < anyByte) return expected === byte;
    return expected === anyByte || this.#pattern.classes[expected - firstClass]?.[byte] === 1;
  }
}
