import type { Rewrite } from '../row.js';
import { integerAt, wordThatIs } from '../words.js';

/** It came through on the source, so it replaces. */
export const copy: Rewrite = (command, writer) => {
  if (!writer.knows('COPY')) return 'fetch';
  const option = wordThatIs(command, 'DB', 3);
  const db = option < 0 ? undefined : integerAt(command, option + 1);
  writer
    .begin(db === undefined ? 4 : 6)
    .add('COPY')
    .key(1)
    .key(2)
    .add('REPLACE');
  if (db !== undefined) writer.add('DB').database(db);
  return 'done';
};

export const move: Rewrite = (command, writer) => {
  if (!writer.knows('MOVE')) return 'fetch';
  writer
    .begin(3)
    .add('MOVE')
    .key(1)
    .database(integerAt(command, 2) as number);
  return 'done';
};
