import type { StreamCommand } from '../stream-command.js';
import type { KeyPlaces, KeySpec } from './key-places.js';
import { integerAt, isWord, wordThatIs } from './words.js';

/*
 * Where commands have their keys. Source: COMMAND of Redis 8.0 and Valkey 8.1
 * (https://redis.io/docs/latest/develop/reference/key-specs/).
 */

/** One key, which is written. */
export const keyAt =
  (word: number): KeySpec =>
  (command, places) =>
    places.add(command, word, true);

/** All written. @param last from the end where it is below 0 */
export const keysFrom =
  (first: number, last = -1, step = 1): KeySpec =>
  (command, places) => {
    const end = last < 0 ? command.words + last : last;
    for (let word = first; word <= end; word += step) places.add(command, word, true);
  };

/** COPY: into the database that it names, or its own. */
export const copied: KeySpec = (command, places) => {
  const option = wordThatIs(command, 'DB', 3);
  places.add(command, 1, false);
  places.add(command, 2, true, option < 0 ? command.db : databaseAt(command, option + 1, places));
};

/** MOVE: the same key in two databases. */
export const moved: KeySpec = (command, places) => {
  places.add(command, 1, true);
  places.add(command, 1, true, databaseAt(command, 2, places));
};

function databaseAt(command: StreamCommand, word: number, places: KeyPlaces): number {
  const db = integerAt(command, word);
  if (db === undefined || db < 0) places.known = false;
  return db ?? 0;
}

/** One that is written, and others up to the end or to `last` that are read. */
export const into =
  (destination: number, last = -1): KeySpec =>
  (command, places) => {
    places.add(command, destination, true);
    const end = last < 0 ? command.words + last : last;
    for (let word = destination + 1; word <= end; word++) places.add(command, word, false);
  };

/** So many keys as the word before them says. @param written whether they are, or only read */
export const counted =
  (number: number, { written, step = 1 }: { written: boolean; step?: number }): KeySpec =>
  (command, places) => {
    const count = integerAt(command, number);
    if (count === undefined || count < 0 || number + count * step >= command.words) places.known = false;
    else for (let key = 0; key < count; key++) places.add(command, number + 1 + key * step, written);
  };

/** One that is written, a number, and so many that are read. */
export const intoCounted: KeySpec = (command, places) => {
  places.add(command, 1, true);
  sourcesCounted(command, places);
};
const sourcesCounted = counted(2, { written: false });

/** One that is read, and the one behind each of these words, which is written. */
export const storedBehind =
  (from: number, ...options: string[]): KeySpec =>
  (command, places) => {
    places.add(command, 1, false);
    for (let word = from; word < command.words - 1; word++)
      if (options.some(option => isWord(command, word, option))) places.add(command, ++word, true);
  };

/** The first half of what is behind STREAMS. */
export const streamsRead: KeySpec = (command, places) => {
  let word = 1;
  while (word < command.words && !isWord(command, word, 'STREAMS')) word++;
  const keys = (command.words - word - 1) >> 1;
  if (keys < 1) places.known = false;
  for (let key = 1; key <= keys; key++) places.add(command, word + key, true);
};

export const noKeys: KeySpec = () => {};
