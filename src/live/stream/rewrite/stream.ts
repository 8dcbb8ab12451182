import type { StreamCommand } from '../../stream-command.js';
import type { Rewrite } from '../row.js';
import { isWord } from '../words.js';

const [zero, equals, tilde] = [48, 61, 126];
const newerSince = { noMkStream: 602, minId: 602, references: 802, counters: 700 };

interface TrimOptions {
  /** The word behind the options. */
  end: number;
  /** NOMKSTREAM, and LIMIT with its number: words that a client may not say, or that say nothing more. */
  left: number[];
  minId: boolean;
  /** DELREF or ACKED. */
  references: boolean;
}

/**
 * As XADD is replicated: entries have their ids, and trimming is exact. Yet LIMIT may be left of how the source was told
 * to trim, which a server takes of its master only. https://redis.io/docs/latest/commands/xadd/
 */
export const addEntry: Rewrite = (command, writer) => {
  const options = trimOptions(command, writer.target.level);
  if (options.end > command.words || (options.end < command.words && !isDigit(command, options.end))) return 'fetch';
  if (options.minId && writer.target.level < newerSince.minId) return 'fetch';
  if (options.references && writer.target.level < newerSince.references) return 'fetch';
  if (options.left.length === 0) return 'same';
  if (!writer.knows(command.name)) return 'fetch';
  writer
    .begin(command.words - options.left.length)
    .words(0, 1)
    .key(1);
  for (let word = 2; word < options.end; word++) if (!options.left.includes(word)) writer.words(word, word + 1);
  writer.words(options.end, command.words);
  return 'done';
};

export const trim = addEntry;

/** An id that the source has given begins so, and no option does. */
function isDigit({ bytes, from }: StreamCommand, word: number): boolean {
  const byte = bytes[from[word] as number] as number;
  return byte >= zero && byte <= zero + 9;
}

function trimOptions(command: StreamCommand, level: number): TrimOptions {
  const found: TrimOptions = { end: 2, left: [], minId: false, references: false };
  for (;;) {
    const { end } = found;
    if (isWord(command, end, 'NOMKSTREAM')) {
      if (level < newerSince.noMkStream) found.left.push(end);
      found.end += 1;
    } else if (isWord(command, end, 'LIMIT')) {
      found.left.push(end, end + 1);
      found.end += 2;
    } else if (isWord(command, end, 'KEEPREF')) {
      if (level < newerSince.references) found.left.push(end);
      found.end += 1;
    } else if (isWord(command, end, 'DELREF') || isWord(command, end, 'ACKED')) {
      found.references = true;
      found.end += 1;
    } else if (isWord(command, end, 'MAXLEN') || isWord(command, end, 'MINID')) {
      found.minId ||= isWord(command, end, 'MINID');
      const { bytes, from } = command;
      const sign = bytes[from[end + 1] as number];
      found.end += sign === equals || sign === tilde ? 3 : 2;
    } else return found;
  }
}

/** ENTRIESADDED and MAXDELETEDID came with 7.0. */
export const setId: Rewrite = (command, writer) => {
  if (command.words === 3 || writer.target.level >= newerSince.counters) return 'same';
  if (!writer.knows('XSETID')) return 'fetch';
  writer.begin(3).add('XSETID').key(1).words(2, 3);
  return 'done';
};
