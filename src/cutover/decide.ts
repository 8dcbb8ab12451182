import type { ErrorType } from '../contract/errors.js';
import { canResyncPartially } from '../replication/state.js';
import { type Addresses, type Observed, type Pair, situationOf } from './situation.js';

/** `switch`: make the standby the master. `withdraw`: leave the primary as it was, unless the standby was promoted. */
export type Goal = 'switch' | 'withdraw';

export type Act =
  /** Let writers wait (or refuse them), so that the standby can catch up. */
  | 'fence'
  | 'unfence'
  /** Make the primary a replica of nobody: it refuses writes for good. */
  | 'park'
  | 'unpark'
  | 'promote'
  | 'switch-hook'
  /** Make the primary a replica of the promoted standby. */
  | 'relink'
  /** End the fence on the old primary and send its clients away. */
  | 'release'
  /** Look once more, at equal offsets, at the keys that never stood still for the verification. */
  | 'compare'
  | 'wait';

export type End =
  | { end: 'switched'; wayBack: boolean }
  | { end: 'withdrawn' }
  /** Withdrawing came too late: the standby is the master. */
  | { end: 'too-late' }
  /** Nothing is left half done; the workflow goes on waiting and says why. */
  | { end: 'refused'; type: ErrorType; why: string }
  /** Something is half done and can't be mended now: the attempt fails, and the next one goes on. */
  | { end: 'unfinished'; type: ErrorType; why: string };

export type Decision = { act: Act; why: string } | End;

/** What this attempt itself did and saw, on its connections to these two processes. Times are monotonic, in ms. */
export interface Attempt {
  now: number;
  fencedAt: number | null;
  unfenced: boolean;
  parkedAt: number | null;
  /** It found the standby short of the parked offset, and let the primary go on. */
  unparked: boolean;
  /** How many of the keys that it compared inside the fence differ; null before. */
  differing?: number | null;
  /** It saw the standby as a replica, and no promotion can have been carried out since. */
  standbyKnownReplica: boolean;
  hookDone: boolean;
  released: boolean;
  relinkedAt: number | null;
}

export interface Limits {
  drainTimeoutMs: number;
  maxLagBytes: number;
  /** Consent to a promotion that can't drain: at most so many bytes are lost. Null: none. */
  acceptLossBytes: number | null;
  /** The last replication offset that the primary was seen at, by anyone. */
  lastPrimaryOffset: number;
  hasSwitchHook: boolean;
  /** The verification left keys unsettled: they are compared inside the fence. */
  hasUnsettled?: boolean;
  /** The operator vouches that a standby which can't be reached takes no writes. */
  force?: boolean;
}

/** How long what was already on its way may still arrive after parking, and a new link may take to come up, in ms. */
const graceMs = 100;
const relinkGraceMs = 3000;

/** The one next act. A pure function of what was observed: a retry after a crash anywhere runs the same code. */
export function decide(goal: Goal, pair: Pair, addresses: Addresses, attempt: Attempt, limits: Limits): Decision {
  const situation = situationOf(pair, addresses);
  const { primary, standby } = pair as { primary: Observed; standby: Observed };
  switch (situation) {
    case 'syncing':
      return goal === 'switch' ? drain(primary, standby, attempt, limits) : letGo(attempt);
    case 'parked':
      return goal === 'switch'
        ? promoteIfEqual(primary, standby, attempt, limits)
        : act('unpark', 'the cutover was withdrawn');
    case 'promoted':
      return goal === 'switch' ? reverse(primary, standby, attempt, limits) : { end: 'too-late' };
    case 'reversed':
      return goal === 'switch' ? finish(primary, attempt) : { end: 'too-late' };
    case 'revived':
      return goal === 'switch' ? act('park', 'the old primary came back as a master') : { end: 'too-late' };
    case 'unrelated':
      return goal === 'switch'
        ? refuse('ReplicationStalled', 'The standby does not replicate from the primary.')
        : letGo(attempt);
    case 'foreign':
      return foreign(goal, pair, attempt);
    case 'primary-lost':
      return primaryLost(goal, standby, attempt, limits);
    case 'standby-lost':
      return standbyLost(primary, attempt, limits);
    case 'both-lost':
      return { end: 'unfinished', type: 'Unreachable', why: 'Neither server can be reached.' };
  }
}

function drain(primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  const lag = primary.offset - standby.offset;
  const linked = standby.linkUp && standby.replid === primary.replid;
  if (attempt.fencedAt === null) return mayFence(linked, lag, limits);
  if (attempt.unfenced) return gaveUp(attempt, lag);
  if (attempt.unparked) return act('unfence', 'nothing was promoted');
  if (linked && lag === 0) return parkIfEqual(attempt, limits);
  if (attempt.now - attempt.fencedAt < limits.drainTimeoutMs) return act('wait', `draining, ${lag} bytes to go`);
  if (limits.acceptLossBytes !== null && standby.replid === primary.replid && lag <= limits.acceptLossBytes) {
    return act('park', `not drained, and the loss of ${lag} bytes is accepted`);
  }
  return act('unfence', 'the drain took too long');
}

function parkIfEqual({ differing = null }: Attempt, { hasUnsettled }: Limits): Decision {
  if (hasUnsettled && differing === null) return act('compare', 'at equal offsets, the keys that never settled');
  if (differing) return act('unfence', 'keys differ at equal offsets');
  return act('park', 'the standby has every write');
}

function gaveUp({ unparked, differing }: Attempt, lag: number): Decision {
  if (differing)
    return refuse('VerificationFailed', `${differing} keys differ, or were not compared in time, at equal offsets.`);
  return unparked
    ? refuse('NotMatching', 'The standby was not at the offset at which the primary was parked; nothing was promoted.')
    : refuse('DrainTimeout', `The standby did not catch up within cutover.drainTimeout: ${lag} bytes behind.`);
}

function mayFence(linked: boolean, lag: number, limits: Limits): Decision {
  if (!linked) return refuse('ReplicationStalled', 'The link between the two servers is not up.');
  if (lag > limits.maxLagBytes)
    return refuse('ReplicationStalled', `The standby is ${lag} bytes behind, more than cutover.maxLagBytes.`);
  return act('fence', 'writers wait while the standby catches up');
}

/** Parked at an offset: the same id and the same offset are the same data; anything else must not be promoted. */
function promoteIfEqual(primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  const missing = primary.offset - standby.offset;
  const sameHistory = primary.replid === standby.replid;
  if (sameHistory && missing === 0) return act('promote', 'the standby has every write');
  if (standby.linkUp && attempt.parkedAt !== null && attempt.now - attempt.parkedAt < graceMs) {
    return act('wait', 'what was on its way may still arrive');
  }
  if (sameHistory && missing > 0 && limits.acceptLossBytes !== null && missing <= limits.acceptLossBytes) {
    return act('promote', `the loss of ${missing} bytes is accepted`);
  }
  return act('unpark', `the standby is not at the parked offset (${missing} bytes)`);
}

function reverse(primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  if (limits.hasSwitchHook && !attempt.hookDone) return act('switch-hook', 'the standby is the master now');
  if (canResyncPartially(primary, standby)) return act('relink', 'the old primary can follow by a partial resync');
  if (!attempt.released) return act('release', 'its clients must move');
  return { end: 'switched', wayBack: false };
}

function finish(primary: Observed, attempt: Attempt): Decision {
  if (!attempt.released) return act('release', 'its clients must move');
  if (primary.linkUp) return { end: 'switched', wayBack: true };
  if (attempt.relinkedAt !== null && attempt.now - attempt.relinkedAt < relinkGraceMs)
    return act('wait', 'the reverse link comes up');
  return { end: 'switched', wayBack: true };
}

/** The primary takes writes. Whether it is paused can't be observed, so the pause is ended once in any case. */
function letGo(attempt: Attempt): Decision {
  return attempt.unfenced ? { end: 'withdrawn' } : act('unfence', 'the cutover was withdrawn');
}

function foreign(goal: Goal, { primary, standby }: Pair, attempt: Attempt): Decision {
  const standbyAlone = primary?.role === 'replica' && standby?.role === 'master';
  if (goal === 'withdraw' && primary?.role === 'master') return letGo(attempt);
  if (goal === 'withdraw' && standbyAlone) return act('unpark', 'the operator takes the primary back');
  const why = standbyAlone
    ? 'The primary is parked, and the standby is a master without the mark of a promotion: it restarted.'
    : 'The roles of the two servers are not those of this migration.';
  return { end: 'unfinished', type: 'TargetChanged', why };
}

function primaryLost(goal: Goal, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  if (standby.promoted && standby.role === 'master') {
    if (goal === 'withdraw') return { end: 'too-late' };
    if (limits.hasSwitchHook && !attempt.hookDone) return act('switch-hook', 'the standby is the master now');
    return { end: 'switched', wayBack: false };
  }
  const missing = limits.lastPrimaryOffset - standby.offset;
  if (
    goal === 'switch' &&
    limits.acceptLossBytes !== null &&
    standby.role === 'replica' &&
    missing <= limits.acceptLossBytes
  ) {
    return act('promote', `the primary is gone, and the loss of ${Math.max(0, missing)} bytes is accepted`);
  }
  return {
    end: 'unfinished',
    type: 'SourceLost',
    why: `The primary can't be reached; the standby misses ${Math.max(0, missing)} bytes of what was last seen.`,
  };
}

/** A parked primary may go back to work only where a promotion is ruled out: else both could take writes. */
function standbyLost(primary: Observed, attempt: Attempt, { force }: Limits): Decision {
  const why = "The standby can't be reached.";
  if (primary.role === 'master') {
    return attempt.unfenced ? refuse('TargetLost', why) : act('unfence', why);
  }
  if (attempt.standbyKnownReplica) return act('unpark', `${why} It was not promoted.`);
  if (force) return act('unpark', `${why} The operator vouches that it takes no writes.`);
  return {
    end: 'unfinished',
    type: 'TargetLost',
    why: `${why} It may have been promoted, so the primary stays parked.`,
  };
}

const act = (name: Act, why: string): Decision => ({ act: name, why });
const refuse = (type: ErrorType, why: string): Decision => ({ end: 'refused', type, why });
