import type { StreamCommand } from '../../stream-command.js';
import type { Rewrite, Rewritten } from '../row.js';
import type { TargetWriter } from '../target-writer.js';
import { isWord } from '../words.js';
import { expireKey, type TimeUnit, timeAt, timeOptions } from './expiry.js';

const untilSince = 602;
const keepSince = 600;
/** They say when to set; it was set. */
const conditions = ['NX', 'XX', 'GET'];
const comparisons = ['IFEQ', 'IFNE', 'IFDEQ', 'IFDNE'];

/** https://redis.io/docs/latest/commands/set/ */
export const set: Rewrite = (command, writer) => {
  if (command.words === 3) return 'same';
  let expireAt: number | undefined;
  let keep = false;
  for (let word = 3; word < command.words; word++) {
    const unit = unitOf(command, word);
    if (unit) {
      expireAt = timeAt(command, ++word, unit, writer);
      if (expireAt === undefined) return 'fetch';
    } else if (isWord(command, word, 'KEEPTTL')) keep = true;
    else if (comparisons.some(option => isWord(command, word, option))) word++;
    else if (!conditions.some(option => isWord(command, word, option))) return 'fetch';
  }
  if (keep && writer.target.level < keepSince) return 'fetch';
  writeSet(writer, 2, { expireAt, keep });
  return 'done';
};

/** SETEX and PSETEX. */
export const setFor =
  (unit: TimeUnit): Rewrite =>
  (command, writer): Rewritten => {
    const expireAt = timeAt(command, 2, unit, writer);
    if (expireAt === undefined) return 'fetch';
    writeSet(writer, 3, { expireAt, keep: false });
    return 'done';
  };

function writeSet(
  writer: TargetWriter,
  value: number,
  { expireAt, keep }: { expireAt: number | undefined; keep: boolean },
): void {
  const until = expireAt !== undefined && writer.target.level >= untilSince;
  writer
    .begin(until ? 5 : keep ? 4 : 3)
    .add('SET')
    .key(1)
    .words(value, value + 1);
  if (until) writer.add('PXAT').expiry(expireAt);
  else if (keep) writer.add('KEEPTTL');
  if (expireAt !== undefined && !until) expireKey(writer, expireAt);
}

function unitOf(command: StreamCommand, word: number): TimeUnit | undefined {
  for (const option in timeOptions) if (isWord(command, word, option)) return timeOptions[option];
  return undefined;
}
