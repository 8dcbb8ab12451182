import type { Rewrite } from '../row.js';
import { isWord } from '../words.js';

const comparisonsSince = 602;
const options = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'];

/** With GT or LT some scores of it may not have changed: only the target that knows them can tell which. */
export const zadd: Rewrite = (command, writer) => {
  if (writer.target.level >= comparisonsSince) return 'same';
  for (let word = 2; options.some(option => isWord(command, word, option)); word++)
    if (isWord(command, word, 'GT') || isWord(command, word, 'LT')) return 'fetch';
  return 'same';
};
