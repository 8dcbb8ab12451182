import { integerIn } from '../../resp/integer.js';
import type { StreamCommand } from '../stream-command.js';

/** Whether a word is this one, in whichever letters. @param expected in capitals, A to Z only */
export function isWord({ words, bytes, from, to }: StreamCommand, word: number, expected: string): boolean {
  const start = from[word] as number;
  if (word >= words || start < 0 || (to[word] as number) - start !== expected.length) return false;
  for (let at = 0; at < expected.length; at++)
    if (((bytes[start + at] as number) & 0xdf) !== expected.charCodeAt(at)) return false;
  return true;
}

/** The first word from `first` on that is this one; -1: none. */
export function wordThatIs(command: StreamCommand, expected: string, first: number): number {
  for (let word = first; word < command.words; word++) if (isWord(command, word, expected)) return word;
  return -1;
}

/** The integer that a word is; undefined: it is none, or not exact as a number. */
export function integerAt({ words, bytes, from, to }: StreamCommand, word: number): number | undefined {
  if (word >= words || !((from[word] as number) >= 0)) return undefined;
  const value = integerIn(bytes, from[word] as number, to[word] as number);
  return typeof value === 'number' ? value : undefined;
}

/** A copy of a word. */
export const wordAt = ({ bytes, from, to }: StreamCommand, word: number): Buffer =>
  Buffer.from(bytes.subarray(from[word], to[word]));
