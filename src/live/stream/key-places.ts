import type { StreamCommand } from '../stream-command.js';

/** Which words of a command are keys, of which database, and which of them it writes. One object is used again and again. */
export class KeyPlaces {
  count = 0;
  /** False: the command isn't as its specification says, or not all of it was kept. */
  known = true;
  /** Numbers of the words. */
  readonly words: number[] = [];
  /** The source's databases. */
  readonly dbs: number[] = [];
  readonly written: boolean[] = [];

  /** The keys of a command. */
  find(command: StreamCommand, keys: KeySpec): this {
    this.count = 0;
    this.known = true;
    keys(command, this);
    return this;
  }

  add(command: StreamCommand, word: number, written: boolean, db = command.db): void {
    if (word >= command.words || !((command.from[word] as number) >= 0)) this.known = false;
    else {
      this.words[this.count] = word;
      this.dbs[this.count] = db;
      this.written[this.count++] = written;
    }
  }
}

/** Adds a command's keys to the places. */
export type KeySpec = (command: StreamCommand, places: KeyPlaces) => void;
