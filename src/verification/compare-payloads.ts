import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import type { Slot } from '../keys/slots.js';
import { KeyCommand } from '../resp/encode.js';
import { askBoth } from './ask-both.js';
import { compareByValue, type Unequal } from './by-value.js';
import { compareBig } from './compare-big.js';
import { onlyOneSide, otherExpiry } from './difference.js';
import type { Look } from './look.js';
import { sameBody } from './payload.js';
import type { Session } from './session.js';

const dump = new KeyCommand(['DUMP']);

/** Replies of one side beyond this are dropped, and their keys compared in pieces: the weighing was wrong, or impossible. */
const mostBytes = 4 << 20;

/**
 * Compares keys by DUMP and expiry. When both servers answer with the same bytes, which is nearly always, that is one
 * comparison for all the keys.
 */
export async function comparePayloads(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  const unequal = await session.slots.use(async slot => {
    const { source, target } = await askBoth(session, slot, keys, {
      name: 'DUMP',
      write: (into, named) => named.appendTo(into, dump, session.expiry),
      replies: keys.count * 2,
      limit: mostBytes,
    });
    look.bytes += source.bytes;
    if (!source.whole || !target.whole) return undefined;
    if (slot.source.view().equals(slot.target.view())) {
      look.compared += keys.count - source.nils;
      return [];
    }
    return compareEach(session, keys, slot, look);
  });
  if (unequal === undefined)
    for (let index = 0; index < keys.count; index++) await compareBig(session, keys.key(index), look);
  else await compareByValue(session, unequal, look);
}

/** What one side answered for a key. */
interface Read {
  /** The payload's place; `from` is -1 when there is no such key. */
  from: number;
  to: number;
  expiry: number;
}

/** Goes through both sides' replies in step. @returns the keys whose payloads are not the same */
function compareEach(session: Session, keys: KeyBatch, slot: Slot, look: Look): Unequal[] {
  const [source, target] = [new ReplyCursor(slot.source.view()), new ReplyCursor(slot.target.view())];
  const [one, other]: [Read, Read] = [
    { from: 0, to: 0, expiry: 0 },
    { from: 0, to: 0, expiry: 0 },
  ];
  const unequal: Unequal[] = [];
  for (let index = 0; index < keys.count; index++) {
    read(source, one);
    read(target, other);
    if (one.from < 0 && other.from < 0) continue;
    look.compared++;
    const ttlDiffers = session.expiryDiffers(one.expiry, other.expiry);
    const same = one.from >= 0 && other.from >= 0 && sameBody(source.bytes, one, target.bytes, other);
    if (same && !ttlDiffers) continue;
    const key = keys.key(index);
    if (same) look.differences.push(otherExpiry(session, key, one.expiry));
    else if (one.from < 0) look.differences.push(onlyOneSide(session, key, 'extra', other.expiry));
    else if (other.from < 0) look.differences.push(onlyOneSide(session, key, 'missing', one.expiry));
    else
      unequal.push({
        key,
        ttlDiffers,
        expiry: one.expiry,
        bytes: one.to - one.from,
        type: source.bytes[one.from] ?? 0,
      });
  }
  return unequal;
}

function read(reply: ReplyCursor, into: Read): void {
  reply.next();
  into.from = reply.from;
  into.to = reply.to;
  reply.next();
  into.expiry = reply.value;
}
