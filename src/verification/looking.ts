import { byType } from './by-type.js';
import { compareBatch } from './compare-batch.js';
import { everyKey } from './every-key.js';
import type { Looking } from './look.js';
import { compareNames, findExtra, lookAtNames } from './names.js';
import type { VerificationMode } from './options.js';
import type { Session } from './session.js';
import { withoutRivals } from './without-rivals.js';

/** How keys that were scanned on one side are looked at. */
export function firstLook(session: Session, scanned: 'source' | 'target', mode: VerificationMode): Looking {
  return ofSelection(session, plainLook(session, scanned, mode), scanned);
}

function plainLook(session: Session, scanned: 'source' | 'target', mode: VerificationMode): Looking {
  if (session.absent) return onlyOneSide(session);
  if (scanned === 'target') return findExtra;
  return mode === 'keys' ? compareNames : compareBatch;
}

/** How suspects are looked at again. */
export function secondLook(session: Session, mode: VerificationMode): Looking {
  const base = mode === 'keys' ? lookAtNames : compareBatch;
  return ofSelection(session, session.absent ? onlyOneSide(session) : base, 'both');
}

/** What a name alone doesn't tell about a key is found out around the look. */
function ofSelection({ selection }: Session, base: Looking, scanned: 'source' | 'target' | 'both'): Looking {
  const looking = selection.types ? byType(base, selection.types, scanned) : base;
  return selection.renames ? withoutRivals(looking) : looking;
}

const onlyOneSide = ({ absent }: Session): Looking => everyKey(absent === 'target' ? 'missing' : 'extra');
