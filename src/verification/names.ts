import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import type { Slot } from '../keys/slots.js';
import type { RespConnection } from '../resp/connection.js';
import { appendBulk, KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import { RespError } from '../resp/reply.js';
import { onlyOneSide } from './difference.js';
import type { Look } from './look.js';
import type { Session } from './session.js';

const exists = new KeyCommand(['EXISTS']);

/** Keys scanned on the source: are they on the target? Values are not looked at. */
export async function compareNames(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  if (await allExist(session, session.target, keys)) {
    look.compared += keys.count;
    return;
  }
  const onBoth = await lookAtNames(session, keys, look);
  look.compared += onBoth.length;
}

/** Keys scanned on the target: are they on the source? Those that are have been compared when the source was scanned. */
export async function findExtra(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  if (!(await allExist(session, session.source, keys))) await lookAtNames(session, keys, look);
}

/**
 * Looks on both sides which keys there are, and counts those that one side lacks.
 * @returns the indexes of those that both have
 */
export function lookAtNames(session: Session, keys: KeyBatch, look: Look): Promise<number[]> {
  return session.slots.use(async slot => {
    keys.appendTo(slot.request.clear(), session.expiry);
    const replies = await askBoth(session, slot, keys.count);
    const [source, target] = [new ReplyCursor(replies[0]), new ReplyCursor(replies[1])];
    const onBoth: number[] = [];
    for (let index = 0; index < keys.count; index++) {
      source.next();
      target.next();
      const [here, there] = [source.value !== noKey, target.value !== noKey];
      if (here && there) onBoth.push(index);
      if (here === there) continue;
      look.compared++;
      look.differences.push(
        here
          ? onlyOneSide(session, keys.key(index), 'missing', source.value)
          : onlyOneSide(session, keys.key(index), 'extra', target.value),
      );
    }
    return onBoth;
  });
}

/** What PTTL and PEXPIRETIME answer for a key that isn't there, or has expired. */
export const noKey = -2;

async function askBoth(session: Session, slot: Slot, replies: number): Promise<[Buffer, Buffer]> {
  const read = async (side: 'source' | 'target'): Promise<Buffer> => {
    const { errors } = await session[side].rawBytes(slot.request.view(), replies, slot[side].clear());
    if (errors > 0)
      throw refused(session[side].endpoint, session.features.expiryCommand, firstError(slot[side].view()));
    return slot[side].view();
  };
  return Promise.all([read('source'), read('target')]);
}

/** One EXISTS for all; on a cluster, where they are in several slots, one for each. */
async function allExist(session: Session, connection: RespConnection, keys: KeyBatch): Promise<boolean> {
  if (keys.count === 0) return true;
  return session.slots.use(async ({ request }) => {
    request.clear().appendText(`*${keys.count + 1}\r\n`);
    keys.appendKeysTo(appendBulk(request, 'EXISTS'));
    const [count] = await connection.raw(request.view(), 1);
    if (!(count instanceof RespError)) return count === keys.count;
    if (count.code !== 'CROSSSLOT') throw refused(connection.endpoint, 'EXISTS', count);
    keys.appendTo(request.clear(), exists);
    return (await connection.raw(request.view(), keys.count)).every(reply => reply === 1);
  });
}
