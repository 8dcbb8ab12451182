import type { Rewrite } from '../row.js';
import { integerAt, isWord } from '../words.js';

const countSince = 602;

/** LPOP and RPOP with a count, as LTRIM where the target knows none. */
export const popCount: Rewrite = (command, writer) => {
  if (command.words === 2 || writer.target.level >= countSince) return 'same';
  const count = integerAt(command, 2);
  if (count === undefined || count < 0) return 'fetch';
  if (count === 0) return 'nothing';
  const [first, last] = command.name === 'LPOP' ? [count, -1] : [0, -count - 1];
  writer.begin(4).add('LTRIM').key(1).add(first).add(last);
  return 'done';
};

/** LMOVE from the end to the beginning was there before it. */
export const move: Rewrite = (command, writer) => {
  if (writer.knows('LMOVE')) return 'same';
  if (!isWord(command, 3, 'RIGHT') || !isWord(command, 4, 'LEFT')) return 'fetch';
  writer.begin(3).add('RPOPLPUSH').key(1).key(2);
  return 'done';
};

/** ZPOPMIN and ZPOPMAX, which are of 5.0. */
export const popScored: Rewrite = (command, writer) => {
  if (writer.knows(command.name)) return 'same';
  const count = command.words === 2 ? 1 : integerAt(command, 2);
  if (count === undefined || count < 0) return 'fetch';
  if (count === 0) return 'nothing';
  const [first, last] = command.name === 'ZPOPMIN' ? [0, count - 1] : [-count, -1];
  writer.begin(4).add('ZREMRANGEBYRANK').key(1).add(first).add(last);
  return 'done';
};
