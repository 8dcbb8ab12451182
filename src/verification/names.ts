import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { ClusterKeyspace } from '../keyspace/index.js';
import { appendBulk, KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { askBoth } from './ask-both.js';
import { onlyOneSide } from './difference.js';
import type { Look } from './look.js';
import type { Session } from './session.js';

const exists = new KeyCommand(['EXISTS']);

/** Keys scanned on the source: are they on the target? Values are not looked at. */
export async function compareNames(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  if (await allExist(session, 'target', keys)) {
    look.compared += keys.count;
    return;
  }
  const onBoth = await lookAtNames(session, keys, look);
  look.compared += onBoth.length;
}

/** Keys scanned on the target: are they on the source? Those that are have been compared when the source was scanned. */
export async function findExtra(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  if (!(await allExist(session, 'source', keys))) await lookAtNames(session, keys, look);
}

/**
 * Looks on both sides which keys there are, and counts those that one side lacks.
 * @returns the indexes of those that both have
 */
export function lookAtNames(session: Session, keys: KeyBatch, look: Look): Promise<number[]> {
  return session.slots.use(async slot => {
    await askBoth(session, slot, keys, {
      name: session.features.expiryCommand,
      write: (into, named) => named.appendTo(into, session.expiry),
      replies: keys.count,
    });
    const [source, target] = [new ReplyCursor(slot.source.view()), new ReplyCursor(slot.target.view())];
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

/** One EXISTS for all; on a cluster, where they are in several slots, one for each. */
async function allExist(session: Session, side: 'source' | 'target', asked: KeyBatch): Promise<boolean> {
  if (asked.count === 0) return true;
  const connection = session[side];
  const keys = session.namesOn(side, asked);
  return session.slots.use(async ({ request }) => {
    request.clear();
    const one = !(connection instanceof ClusterKeyspace);
    if (one) keys.appendKeysTo(appendBulk(request.appendText(`*${keys.count + 1}\r\n`), 'EXISTS'));
    else keys.appendTo(request, exists);
    const replies = await connection.raw(request.view(), one ? 1 : keys.count);
    for (const reply of replies) if (reply instanceof RespError) throw refused(connection.endpoint, 'EXISTS', reply);
    return one ? replies[0] === keys.count : replies.every(reply => reply === 1);
  });
}
