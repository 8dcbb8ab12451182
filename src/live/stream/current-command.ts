import type { StreamCommand } from '../stream-command.js';

/** The command that is being read, and was read last. */
export class CurrentCommand implements StreamCommand {
  name = '';
  words = 0;
  whole = true;
  bytes: Buffer = Buffer.alloc(0);
  from = new Int32Array(64);
  to = new Int32Array(64);
  start = 0;
  end = 0;
  endOffset = 0;
  arrivedAt = 0;
  db = 0;

  /** Where a word is; below 0: it was let go. */
  place(word: number, from: number, to: number): void {
    if (word >= this.from.length) this.#grow();
    this.from[word] = from;
    this.to[word] = to;
  }

  /** Its bytes have moved. @param words how many of its words have places */
  moveBy(bytes: number, words: number): void {
    this.start += bytes;
    if (bytes === 0) return;
    for (let word = 0; word < words && word < this.from.length; word++)
      if ((this.from[word] as number) >= 0)
        this.place(word, (this.from[word] as number) + bytes, (this.to[word] as number) + bytes);
  }

  #grow(): void {
    const [from, to] = [this.from, this.to];
    this.from = new Int32Array(from.length * 2);
    this.to = new Int32Array(from.length * 2);
    this.from.set(from);
    this.to.set(to);
  }
}
