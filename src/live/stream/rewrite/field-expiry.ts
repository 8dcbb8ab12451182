import type { StreamCommand } from '../../stream-command.js';
import type { Rewrite } from '../row.js';
import type { TargetWriter } from '../target-writer.js';
import { integerAt, isWord, wordThatIs } from '../words.js';
import { type TimeUnit, timeAt, timeOptions } from './expiry.js';

const note = 'expiries of hash fields: the target knows none';

/** HPERSIST, and what it takes back. */
export const persistFields: Rewrite = (command, writer) => {
  if (writer.knows(command.name)) return 'same';
  writer.note = note;
  return 'nothing';
};

/** HEXPIRE and its like: conditions are judged field by field, by expiries that are shifted alike. */
export const expireFieldsIn =
  (unit: TimeUnit): Rewrite =>
  (command, writer) => {
    if (!writer.knows('HPEXPIREAT')) return persistFields(command, writer);
    const at = timeAt(command, 2, unit, writer);
    if (at === undefined) return 'fetch';
    writer.begin(command.words).add('HPEXPIREAT').key(1).expiry(at).words(3, command.words);
    return 'done';
  };

/**
 * HSETEX: fields with one expiry for all of them, or without. Where the target has none such, HSET and HPEXPIREAT.
 * https://redis.io/docs/latest/commands/hsetex/
 */
export const setFields: Rewrite = (command, writer) => {
  const fields = wordThatIs(command, 'FIELDS', 2);
  const [time, unit] = timeOption(command, fields);
  const at = unit && timeAt(command, time, unit, writer);
  const keep = wordThatIs(command, 'KEEPTTL', 2);
  if (fields < 0 || (unit && at === undefined)) return 'fetch';
  if (writer.knows('HSETEX')) {
    if (at === undefined) return 'same';
    writer
      .begin(command.words)
      .add('HSETEX')
      .key(1)
      .words(2, time - 1)
      .add('PXAT')
      .expiry(at);
    writer.words(time + 1, command.words);
    return 'done';
  }
  const expires = writer.knows('HPEXPIREAT');
  if (expires && keep >= 0 && keep < fields) return 'fetch';
  if (at !== undefined && !expires) writer.note = note;
  return setThenExpire(command, writer, fields, expires ? at : undefined);
};

function setThenExpire(command: StreamCommand, writer: TargetWriter, fields: number, at: number | undefined) {
  const [first, count] = [fields + 2, integerAt(command, fields + 1) ?? 0];
  if (count < 1 || first + 2 * count !== command.words) return 'fetch';
  writer
    .begin(2 + 2 * count)
    .add('HSET')
    .key(1)
    .words(first, command.words);
  if (at === undefined) return 'done';
  writer
    .begin(5 + count)
    .add('HPEXPIREAT')
    .key(1)
    .expiry(at)
    .add('FIELDS')
    .add(count);
  for (let field = first; field < command.words; field += 2) writer.words(field, field + 1);
  return 'done';
}

/** The word that is the time, and its unit. */
function timeOption(command: StreamCommand, fields: number): [number, TimeUnit | undefined] {
  for (let word = 2; word < fields - 1; word++)
    for (const option in timeOptions) if (isWord(command, word, option)) return [word + 1, timeOptions[option]];
  return [-1, undefined];
}

const manySince = 400;

/** HSET of several fields is HMSET before 4.0. */
export const setManyFields: Rewrite = (command, writer) => {
  if (command.words <= 4 || writer.target.level >= manySince) return 'same';
  writer.begin(command.words).add('HMSET').key(1).words(2, command.words);
  return 'done';
};
