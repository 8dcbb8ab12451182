import type { KeyBatch } from '../keys/key-batch.js';
import { unweighed, weigh } from '../keys/portions.js';
import { compareBig } from './compare-big.js';
import { comparePayloads } from './compare-payloads.js';
import { compareStrings } from './compare-strings.js';
import type { Look } from './look.js';
import { lookAtNames } from './names.js';
import type { Session } from './session.js';

/** Compares keys with values and expiries, each in the way that its size allows. */
export async function compareBatch(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  // The target is weighed, because applications wait for the source.
  const named = session.namesOn('target', keys);
  const weighing = session.features.weighing ? weigh(session.target, keys, session.slots, named) : unweighed(keys);
  const { small, big, bigBytes, absent } = await weighing;
  for (const group of small) await (session.strings.prevail ? compareStrings : comparePayloads)(session, group, look);
  await session.throttle.takeBytes(bigBytes);
  for (const key of big) await compareBig(session, key, look);
  if (absent) await compareAbsent(session, absent, look);
}

/** What the target didn't have a moment ago may have arrived. */
async function compareAbsent(session: Session, keys: KeyBatch, look: Look): Promise<void> {
  const arrived = await lookAtNames(session, keys, look);
  if (arrived.length > 0) await comparePayloads(session, keys.select(arrived), look);
}
