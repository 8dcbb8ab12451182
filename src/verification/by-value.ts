import { type Reply, RespError } from '../resp/reply.js';
import type { WholeValue } from '../values/pair.js';
import { valueType } from '../values/table.js';
import { compareBig, refuse } from './compare-big.js';
import { otherExpiry, otherValue } from './difference.js';
import type { Look } from './look.js';
import { lastCommonType } from './payload.js';
import type { Session } from './session.js';

/** A key whose payloads differ, which says little: a hash seed, a version or a setting can do that. */
export interface Unequal {
  key: Buffer;
  /** Of the source's payload: its length, and its first byte. */
  bytes: number;
  type: number;
  /** The source's. */
  expiry: number;
  ttlDiffers: boolean;
}

/** Keys whose values are asked for at once. */
const groupSize = 128;

/** Values with a bigger payload are compared in pieces. */
const mostBytes = 128 << 10;

/** Compares by what the values are, order-free where they have no order. The keys are counted already. */
export async function compareByValue(session: Session, unequal: Unequal[], look: Look): Promise<void> {
  for (let at = 0; at < unequal.length; at += groupSize) {
    const group = unequal.slice(at, at + groupSize);
    const readers = await readersOf(session, group);
    const inPieces = group.filter((_, index) => !readers[index]);
    const whole = group.flatMap((entry, index) => (readers[index] ? [{ entry, reader: readers[index] }] : []));
    await compareWhole(session, whole, look);
    for (const entry of inPieces) await compareInPieces(session, entry, look);
  }
}

/** How to read each in one reply; undefined for what is too big, or can't be. */
async function readersOf(session: Session, group: Unequal[]): Promise<(WholeValue | undefined)[]> {
  const types = await session.source.pipeline(group.map(({ key }) => ['TYPE', key]));
  return group.map(({ bytes, type }, index) => {
    const small = bytes <= mostBytes && type <= lastCommonType;
    return small ? valueType(String(types[index])).whole : undefined;
  });
}

async function compareWhole(
  session: Session,
  whole: readonly { entry: Unequal; reader: WholeValue }[],
  look: Look,
): Promise<void> {
  const { selection } = session;
  const [source, target] = await Promise.all([
    session.source.pipeline(whole.map(({ entry, reader }) => reader.command(entry.key))),
    session.target.pipeline(whole.map(({ entry, reader }) => reader.command(selection.targetKey(entry.key)))),
  ]);
  for (const [index, { entry, reader }] of whole.entries()) {
    const replies = [source[index], target[index]] as [Reply, Reply];
    for (const reply of replies) if (reply instanceof RespError && reply.code !== 'WRONGTYPE') refuse(session)(reply);
    const same = replies.every(isValue) && reader.same(...replies);
    if (!same) look.differences.push(otherValue(session, entry.key, replies[0], entry.expiry));
    else if (entry.ttlDiffers) look.differences.push(otherExpiry(session, entry.key, entry.expiry));
  }
}

/** Nil: the key has gone meanwhile. An error: it has changed its type. */
const isValue = (reply: Reply): boolean => reply !== null && !(reply instanceof RespError);

async function compareInPieces(session: Session, { key }: Unequal, look: Look): Promise<void> {
  look.compared--; // compareBig counts it again, unless it is gone
  await compareBig(session, key, look);
}
