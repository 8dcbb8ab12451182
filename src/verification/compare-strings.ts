import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import type { Slot } from '../keys/slots.js';
import type { ByteBuilder } from '../resp/bytes.js';
import { appendBulk } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import type { RespError } from '../resp/reply.js';
import { askBoth } from './ask-both.js';
import { comparePayloads } from './compare-payloads.js';
import { otherExpiry, otherValue } from './difference.js';
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
    const { source, target } = await askBoth(session, slot, keys, {
      name: 'MGET',
      write: (into, named) => writeMget(session, into, named),
      replies: keys.count + 1,
      limit: mostBytes,
      onRefusal: (side, error) => refuse(session, side, error),
    });
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

function writeMget(session: Session, into: ByteBuilder, keys: KeyBatch): void {
  into.appendText(`*${keys.count + 1}\r\n`);
  keys.appendKeysTo(appendBulk(into, 'MGET'));
  keys.appendTo(into, session.expiry);
}

/** No right to MGET: then it is done without. */
function refuse(session: Session, side: 'source' | 'target', error: RespError): void {
  if (error.code !== 'NOPERM') throw refused(session[side].endpoint, 'MGET', error);
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
    else if (session.expiryDiffers(ourExpiry.value, theirExpiry.value))
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
