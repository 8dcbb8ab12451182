import { RespReader } from '../../resp/reader.js';
import { ProtocolError } from '../../resp/reply.js';

const newline = 10;
const star = 42;
const longestLine = 1024;
const limits = { bulkBytes: 4096, replyBytes: 16 << 10, elements: 32, depth: 1, lineBytes: longestLine };

/**
 * Reads what a replica says to its master, a command of few and short words at a time: as an array of bulk strings, or
 * in one line with blanks, as replicas before 6.2 shake hands.
 */
export class CommandReader {
  readonly #reader = new RespReader(limits);
  #line = '';
  #inArray = false;

  /** @param give gets the words of each command. @throws ProtocolError */
  consume(chunk: Buffer, give: (words: string[]) => void): void {
    for (let at = 0; at < chunk.length; ) {
      if (!this.#inArray && this.#line === '') this.#inArray = chunk[at] === star;
      at = this.#inArray ? this.#readArray(chunk, at, give) : this.#readLine(chunk, at, give);
    }
  }

  #readArray(chunk: Buffer, from: number, give: (words: string[]) => void): number {
    const to = this.#reader.read(chunk, from);
    const words = this.#reader.take();
    if (words === undefined) return to;
    this.#inArray = false;
    if (Array.isArray(words)) give(words.map(word => (Buffer.isBuffer(word) ? word.toString('latin1') : String(word))));
    return to;
  }

  /** A replica sends a bare newline to show that it is there. */
  #readLine(chunk: Buffer, from: number, give: (words: string[]) => void): number {
    const end = chunk.indexOf(newline, from);
    const to = end < 0 ? chunk.length : end + 1;
    this.#line += chunk.toString('latin1', from, Math.min(to, from + longestLine + 1));
    if (this.#line.length > longestLine) throw new ProtocolError(0, 'a line beyond the limit');
    if (end < 0) return to;
    const words = this.#line.split(/\s+/).filter(Boolean);
    this.#line = '';
    if (words.length > 0) give(words);
    return to;
  }
}
