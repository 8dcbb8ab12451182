import { canResyncPartially } from '../replication/state.js';
import { type Attempt, act, type Decision, type End, type Limits, recorded, unfinished } from './decision.js';
import type { Observed } from './situation.js';

/** How long a new link may take to come up, in ms. */
const relinkGraceMs = 3000;

/**
 * The standby is the master: its hook, then the clients move, then files are written and the old primary follows where it
 * can. The clients come first, since their writers wait: the old primary is parked, so it takes no writes whether it
 * follows or not. A hook may take long: a restart of the new master must not refuse writes for so long.
 */
export function reverse(primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  if (limits.hasSwitchHook && !attempt.hookDone)
    return recorded(attempt, act('switch-hook', 'the standby is the master now'));
  if (!attempt.released) return act('release', 'its clients must move');
  if (!attempt.recordedPrimary) return act('record-primary', 'it must not come back as a master');
  if (!attempt.recordedStandby) return act('record-standby', 'the standby is the master');
  if (canResyncPartially(primary, standby)) return act('relink', 'the old primary can follow by a partial resync');
  return marked(standby, attempt, { end: 'switched', wayBack: false });
}

export function finish(primary: Observed, standby: Observed, attempt: Attempt): Decision {
  if (!attempt.released) return act('release', 'its clients must move');
  const linking = attempt.relinkedAt !== null && attempt.now - attempt.relinkedAt < relinkGraceMs;
  if (!primary.linkUp && linking) return act('wait', 'the reverse link comes up');
  return marked(standby, attempt, { end: 'switched', wayBack: true });
}

/** A promotion goes through where its mark can't be written (`min-replicas-to-write`), and FLUSHALL takes the mark away. */
function marked(standby: Observed, attempt: Attempt, end: End): Decision {
  return recorded(attempt, standby.promoted || attempt.marked ? end : act('mark', 'the promotion is not marked'));
}

export function parkRevived({ refusal }: Attempt): Decision {
  return refusal ? unfinished('PermissionMissing', refusal) : act('park', 'the old primary came back as a master');
}
