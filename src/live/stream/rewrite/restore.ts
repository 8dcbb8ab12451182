import type { StreamCommand } from '../../stream-command.js';
import type { Rewrite } from '../row.js';
import { integerAt, wordThatIs } from '../words.js';
import { expireKey, milliseconds, timeAt, unixMilliseconds } from './expiry.js';

const optionsSince = 500;
/** The first level of servers that write payloads of an RDB version. Source: rdb.h of each */
const payloadsSince: Record<number, number> = { 7: 302, 8: 400, 9: 500, 10: 700, 11: 702, 12: 704 };
const footerBytes = 10;

/**
 * It came through on the source, so it replaces. How long ago or often the key was used is no part of it.
 * https://redis.io/docs/latest/commands/restore/
 */
export const restore: Rewrite = (command, writer) => {
  if ((payloadsSince[payloadVersion(command)] ?? 0) > writer.target.level) return 'fetch';
  const unit = wordThatIs(command, 'ABSTTL', 4) < 0 ? milliseconds : unixMilliseconds;
  const lasting = integerAt(command, 2) === 0;
  const expireAt = lasting ? 0 : timeAt(command, 2, unit, writer);
  if (expireAt === undefined) return 'fetch';
  const absolute = writer.target.level >= optionsSince;
  writer
    .begin(!lasting && absolute ? 6 : 5)
    .add('RESTORE')
    .key(1);
  if (lasting || !absolute) writer.add(0).words(3, 4).add('REPLACE');
  else writer.expiry(expireAt).words(3, 4).add('REPLACE').add('ABSTTL');
  if (!lasting && !absolute) expireKey(writer, expireAt);
  return 'done';
};

/** Of the two bytes behind the value. */
function payloadVersion({ words, bytes, from, to }: StreamCommand): number {
  if (words < 4) return 0;
  const footer = (to[3] as number) - footerBytes;
  return footer < (from[3] as number) ? 0 : bytes.readUInt16LE(footer);
}
