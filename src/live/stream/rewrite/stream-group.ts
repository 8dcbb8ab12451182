import type { Rewrite } from '../row.js';
import { isWord, wordThatIs } from '../words.js';

const createConsumerSince = 602;
const entriesReadSince = 700;

/**
 * XGROUP: what servers before 7.0 don't count is left out for them, and before 6.2 consumers only come to be when they
 * read. https://redis.io/docs/latest/commands/xgroup-create/
 */
export const group: Rewrite = (command, writer) => {
  if (!writer.knows('XGROUP')) return 'fetch';
  const { level } = writer.target;
  if (isWord(command, 1, 'CREATECONSUMER') && level < createConsumerSince) {
    // One that asks for what it has not acknowledged yet comes to be, and gets nothing.
    writer.begin(9).add('XREADGROUP').add('GROUP').words(3, 5).add('COUNT').add(1).add('STREAMS').key(2).add(0);
    return 'done';
  }
  const entriesRead = level >= entriesReadSince ? -1 : wordThatIs(command, 'ENTRIESREAD', 5);
  if (entriesRead < 0 || isWord(command, 1, 'DELCONSUMER')) return 'same';
  writer
    .begin(command.words - 2)
    .add('XGROUP')
    .words(1, 2)
    .key(2)
    .words(3, entriesRead);
  writer.words(entriesRead + 2, command.words);
  return 'done';
};
