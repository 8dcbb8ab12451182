import type { Reply } from '../resp/reply.js';
import { evidence } from '../values/pair.js';
import type { Session } from './session.js';

/** `different`: another value; `ttl`: another expiry; `missing`, `extra`: only the source, only the target has the key. */
export type DifferenceKind = 'different' | 'ttl' | 'missing' | 'extra';

/** A key that differed when it was looked at last. */
export interface Difference {
  key: Buffer;
  kind: DifferenceKind;
  /** A digest of how the source had it: the same again as long as the source doesn't change there, whichever way it is compared. */
  evidence: string;
}

/** @param value what tells of the source's value, the same in every look; @param expiry the source's */
export function otherValue(session: Session, key: Buffer, value: Reply, expiry: number): Difference {
  const parts = Array.isArray(value) ? value : [value];
  return { key, kind: 'different', evidence: evidence(...parts, steady(session, expiry)) };
}

export const otherExpiry = (session: Session, key: Buffer, expiry: number): Difference => {
  return { key, kind: 'ttl', evidence: evidence('ttl', steady(session, expiry)) };
};

/** @param expiry on the side that has the key: it tells a key from the next one of its name */
export const onlyOneSide = (session: Session, key: Buffer, kind: 'missing' | 'extra', expiry: number): Difference => {
  return { key, kind, evidence: evidence(kind, steady(session, expiry)) };
};

/** PTTL moves while one looks: then only whether there is an expiry is told. */
const steady = ({ features }: Session, expiry: number): number =>
  features.expiryCommand === 'PTTL' ? Math.min(expiry, 0) : expiry;
