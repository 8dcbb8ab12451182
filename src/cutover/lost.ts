import { isParked } from '../replication/state.js';
import {
  type Attempt,
  accepts,
  act,
  type Decision,
  type Goal,
  type Limits,
  letGo,
  recorded,
  refuse,
  unfenced,
  unfinished,
} from './decision.js';
import { hasRestarted } from './parked.js';
import { type Addresses, isOut, type Observed, replicatesFrom, takesWrites } from './situation.js';

/** Within this a standby finds a primary that is there, in ms: it tries every second. */
const relinkWithinMs = 3000;

/** A standby that is a master without a mark restarted, or was promoted and lost its mark: only who saw it knows. */
export function foreign(goal: Goal, primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  const other = unfinished('TargetChanged', 'The roles of the two servers are not those of this migration.');
  if (takesWrites(primary)) return goal === 'withdraw' ? letGo(attempt) : unfenced(attempt, other);
  if (!isOut(primary) || standby.role === 'replica' || standby.promoted) return other;
  if (attempt.standbyKnownReplica && !hasRestarted(primary))
    return act('unpark', 'the standby restarted; it was not promoted');
  if (goal === 'withdraw' && limits.force) return act('unpark', 'the operator takes the primary back');
  return unfinished(
    'TargetChanged',
    'The primary takes no writes, and the standby is a master without the mark of a promotion: it restarted, or lost its mark.',
  );
}

export function primaryLost(goal: Goal, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  if (standby.promoted && standby.role === 'master') {
    if (goal === 'withdraw') return recorded(attempt, { end: 'too-late' });
    if (limits.hasSwitchHook && !attempt.hookDone)
      return recorded(attempt, act('switch-hook', 'the standby is the master now'));
    return recorded(attempt, { end: 'switched', wayBack: false });
  }
  if (attempt.refusal) return unfinished('PermissionMissing', attempt.refusal);
  if (standby.linkUp)
    return unfinished('SourceLost', "The primary can't be reached from here, and yet the standby still hears from it.");
  const missing = Math.max(0, limits.lastPrimaryOffset - standby.offset);
  if (goal === 'switch' && standby.role === 'replica' && !standby.syncInProgress && accepts(limits, missing)) {
    if (attempt.now - (attempt.lostSince ?? attempt.now) < relinkWithinMs)
      return act('wait', 'the standby may yet find the primary');
    return act('promote', `the primary is gone, and the loss of ${missing} bytes is accepted`);
  }
  return unfinished(
    'SourceLost',
    `The primary can't be reached; the standby misses ${missing} bytes of what was last seen.`,
  );
}

/** A parked primary may go back to work only where a promotion is ruled out: else both could take writes. */
export function standbyLost(
  goal: Goal,
  primary: Observed,
  addresses: Addresses,
  attempt: Attempt,
  { force }: Limits,
): Decision {
  const why = "The standby can't be reached.";
  if (takesWrites(primary)) {
    return goal === 'withdraw' ? letGo(attempt) : unfenced(attempt, refuse('TargetLost', why));
  }
  if (attempt.standbyKnownReplica && isParked(primary) && !hasRestarted(primary)) {
    return act('unpark', `${why} It was not promoted.`);
  }
  if (!isOut(primary) && !replicatesFrom(primary, addresses.standby))
    return unfinished('TargetChanged', `${why} The primary is a replica, and not by this migration.`);
  if (goal === 'withdraw' && force) return act('unpark', `${why} The operator vouches that it takes no writes.`);
  return unfinished('TargetLost', `${why} It may have been promoted, so the primary stays parked.`);
}
