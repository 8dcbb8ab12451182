import { compareBatch } from './compare-batch.js';
import { everyKey } from './every-key.js';
import type { Looking } from './look.js';
import { compareNames, findExtra, lookAtNames } from './names.js';
import type { VerificationMode } from './options.js';
import type { Session } from './session.js';

/** How keys that were scanned on one side are looked at. */
export function firstLook(session: Session, scanned: 'source' | 'target', mode: VerificationMode): Looking {
  if (session.absent) return onlyOneSide(session);
  if (scanned === 'target') return findExtra;
  return mode === 'keys' ? compareNames : compareBatch;
}

/** How suspects are looked at again. */
export function secondLook(session: Session, mode: VerificationMode): Looking {
  if (session.absent) return onlyOneSide(session);
  return mode === 'keys' ? lookAtNames : compareBatch;
}

const onlyOneSide = ({ absent }: Session): Looking => everyKey(absent === 'target' ? 'missing' : 'extra');
