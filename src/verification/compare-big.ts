import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { type Comparison, compareValue } from '../values/compare-value.js';
import { ask, type Pair } from '../values/pair.js';
import { onlyOneSide, otherExpiry, otherValue } from './difference.js';
import type { Look } from './look.js';
import { noKey } from './names.js';
import type { Session } from './session.js';

/** Compares one key in pieces: its value may have any size. */
export async function compareBig(session: Session, key: Buffer, look: Look): Promise<void> {
  const pair = session.pair(key);
  const [source, target] = (await ask(pair, session.features.expiryCommand, key)).map(Number) as [number, number];
  const { outcome, evidence: found } = await compareSteadily(session, pair).catch(refuse(session));
  if (outcome === 'gone') return;
  look.compared++;
  if (outcome === 'different') look.differences.push(otherValue(session, key, found, source));
  else if (outcome !== 'same') look.differences.push(onlyOneSide(session, key, outcome, Math.max(source, target)));
  else if (source !== noKey && target !== noKey && session.expiryDiffers(source, target))
    look.differences.push(otherExpiry(session, key, source));
}

/** How often it begins again: a slot may stay half-way for long. */
const attempts = 5;

/** Each node of a cluster goes through a value in an order of its own, so all pieces must come from the same. */
async function compareSteadily(session: Session, pair: Pair): Promise<Comparison> {
  for (let attempt = 1; ; attempt++) {
    const before = session.disturbances;
    const comparison = await compareValue(pair);
    if (session.disturbances === before || attempt === attempts) return comparison;
  }
}

/** Rights, mostly: what a key that changes meanwhile leads to is an outcome already. */
export const refuse =
  (session: Session) =>
  (error: unknown): never => {
    if (!(error instanceof RespError)) throw error;
    throw refused(session[error.side ?? 'source'].endpoint, 'a command of the comparison by value', error);
  };
