import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import type { Slot } from '../keys/slots.js';
import { appendBulk } from '../resp/encode.js';
import type { RawReplies } from '../resp/expected.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import { comparePayloads } from './compare-payloads.js';
import { otherExpiry, otherValue } from './difference.js';
import { expiryDiffers } from './expiry.js';
import type { Look } from './look.js';
import type { Session } from './session.js';

/** As for payloads. */
const mostBytes = 4 << 20;

/**
 * Compares keys as strings: one MGET for all of them, which costs the servers a fraction of a DUMP each, and their
 * expiries. What is no string, or not on both sides, is nil there, and compared by its payload.
 */
export async function compareStrings(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  const others = await session.slots.use(async slot => {
    const [source, target] = await askBoth(session, keys, slot);
    look.bytes += source.bytes;
    if (!session.strings.possible || !source.whole || !target.whole) return undefined;
    if (source.nils === 0 && slot.source.view().equals(slot.target.view())) {
      look.compared += keys.count;
      return [];
    }
    return compareEach(session, keys, slot, look);
  });
  session.strings.learn(keys.count - (others?.length ?? 0), keys.count);
  if (others === undefined) await comparePayloads(session, keys, look);
  else if (others.length > 0) await comparePayloads(session, keys.select(others), look);
}

async function askBoth(session: Session, keys: KeyBatch, slot: Slot): Promise<[RawReplies, RawReplies]> {
  slot.request.clear().appendText(`*${keys.count + 1}\r\n`);
  keys.appendKeysTo(appendBulk(slot.request, 'MGET'));
  keys.appendTo(slot.request, session.expiry);
  const read = async (side: 'source' | 'target'): Promise<RawReplies> => {
    const replies = await session[side].rawBytes(slot.request.view(), keys.count + 1, slot[side].clear(), mostBytes);
    if (replies.errors > 0) refuse(session, side, slot[side].view());
    return replies;
  };
  return Promise.all([read('source'), read('target')]);
}

/** Keys of several slots, or no right to MGET: then it is done without. */
function refuse(session: Session, side: 'source' | 'target', replies: Buffer): void {
  const error = firstError(replies);
  if (error.code !== 'CROSSSLOT' && error.code !== 'NOPERM') throw refused(session[side].endpoint, 'MGET', error);
  session.strings.possible = false;
}

/** @returns the indexes of keys that can't be compared as strings */
function compareEach(session: Session, keys: KeyBatch, slot: Slot, look: Look): number[] {
  const [source, target] = [new ReplyCursor(slot.source.view()), new ReplyCursor(slot.target.view())];
  const [ourExpiry, theirExpiry] = [expiriesAfter(source, keys.count), expiriesAfter(target, keys.count)];
  const others: number[] = [];
  for (let index = 0; index < keys.count; index++) {
    for (const reply of [source, target, ourExpiry, theirExpiry]) reply.next();
    if (source.from < 0 || target.from < 0) {
      others.push(index);
      continue;
    }
    look.compared++;
    const key = keys.key(index);
    if (!sameText(source, target)) look.differences.push(otherValue(session, key, textOf(source), ourExpiry.value));
    else if (expiryDiffers(ourExpiry.value, theirExpiry.value, session.toleranceMs))
      look.differences.push(otherExpiry(session, key, ourExpiry.value));
  }
  return others;
}

/** Goes into the array of values, and gives a second cursor that stands behind it. */
function expiriesAfter(values: ReplyCursor, count: number): ReplyCursor {
  const expiries = new ReplyCursor(values.bytes);
  values.next();
  for (let reply = 0; reply <= count; reply++) expiries.next();
  return expiries;
}

const sameText = (one: ReplyCursor, other: ReplyCursor): boolean =>
  one.bytes.compare(other.bytes, other.from, other.to, one.from, one.to) === 0;

const textOf = ({ bytes, from, to }: ReplyCursor): Buffer => bytes.subarray(from, to);
