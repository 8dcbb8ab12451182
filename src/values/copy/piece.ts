import type { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import { type Arg, appendBulk } from '../../resp/encode.js';

/** How a value is made of its elements: `RPUSH key element...`. */
export interface Maker {
  command: string;
  /** The two words of an element, as a reply has them, stand the other way round in the command. */
  swapped?: boolean;
}

/** Commands that are written at once; used again for the next ones. */
export class Piece {
  readonly bytes = new ByteBuilder();
  commands = 0;

  clear(): this {
    this.bytes.clear();
    this.commands = 0;
    return this;
  }

  add(...words: Arg[]): void {
    this.begin(words.length, ...words);
  }

  /** A command of so many words, of which these are the first; the others are appended. */
  begin(words: number, ...first: Arg[]): void {
    this.bytes.appendText(`*${words}\r\n`);
    for (const word of first) appendBulk(this.bytes, word);
    this.commands++;
  }

  /** The next words of a reply, as they are: a reply and a command have them in the same form on the wire. */
  append(reply: ReplyCursor, words: number): void {
    const from = reply.end;
    for (let word = 0; word < words; word++) reply.next();
    this.bytes.append(reply.bytes, from, reply.end);
  }

  /** Makes a value of the next words of a reply, or adds them to it. */
  make({ command, swapped }: Maker, key: Buffer, reply: ReplyCursor, words: number): void {
    this.begin(words + 2, command, key);
    if (swapped) this.#appendSwapped(reply, words);
    else this.append(reply, words);
  }

  #appendSwapped(reply: ReplyCursor, words: number): void {
    for (let word = 0; word < words; word += 2) {
      reply.next();
      const { start, end } = reply;
      this.append(reply, 1);
      this.bytes.append(reply.bytes, start, end);
    }
  }
}
