import type { Rewrite } from '../row.js';

/** UNLINK came with 4.0. */
export const unlink: Rewrite = (command, writer) => {
  if (writer.knows('UNLINK')) return 'same';
  writer.begin(command.words).add('DEL');
  for (let word = 1; word < command.words; word++) writer.key(word);
  return 'done';
};
