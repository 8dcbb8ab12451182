import { canResyncPartially } from '../replication/state.js';
import { type Attempt, accepts, act, type Decision, type Goal, type Limits, unfinished } from './decision.js';
import { cameBackAsReplica, type Observed } from './situation.js';

/** How long what was already on its way may still arrive after parking, in ms. */
const graceMs = 100;

/** Out at an offset: the same id and the same offset are the same data; anything else must not be promoted. */
export function parked(goal: Goal, primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  const missing = primary.offset - standby.offset;
  const sameHistory = primary.replid === standby.replid;
  if (cameBackAsReplica(primary, standby))
    return attempt.refusal
      ? unfinished('PermissionMissing', attempt.refusal)
      : act('promote', 'it was promoted before, and restarted as a replica');
  if (goal === 'switch' && !attempt.refusal) {
    if (hasEveryWrite(primary, standby)) return act('promote', 'the standby has every write');
    if (standby.linkUp && attempt.parkedAt !== null && attempt.now - attempt.parkedAt < graceMs) {
      return act('wait', 'what was on its way may still arrive');
    }
    if (sameHistory && missing > 0 && accepts(limits, missing)) {
      return act('promote', `the loss of ${missing} bytes is accepted`);
    }
  }
  if (primary.refuses && canResyncPartially(standby, primary))
    return act('unpark', 'it restarted with all that it had');
  if (hasRestarted(primary) && !(sameHistory && missing >= 0))
    return cameBackWithLess(goal, primary, standby, attempt, limits);
  if (mayHaveRuled(primary, standby, attempt) && !limits.force) return unknown;
  return act('unpark', goal === 'switch' ? `not promoted (${missing} bytes to go)` : 'the cutover was withdrawn');
}

/** At the same place of the same history; one that came back refusing writes knows that history as its second one. */
function hasEveryWrite(primary: Observed, standby: Observed): boolean {
  const history = primary.refuses && primary.secondOffset === primary.offset + 1 ? primary.replid2 : primary.replid;
  return standby.replid === history && standby.offset === primary.offset;
}

/** It restarted as a replica, under another id and without a mark: only who saw it before knows whether it was promoted. */
const mayHaveRuled = (primary: Observed, standby: Observed, { standbyKnownReplica }: Attempt): boolean =>
  standby.backlogFirstOffset === 0 && primary.replid !== standby.replid && !standbyKnownReplica;

const unknown = unfinished('TargetChanged', 'The standby restarted as a replica, and may have been promoted before.');

/** A process that was parked by an act has a backlog; one that came back parked from its configuration file has none yet. */
export const hasRestarted = ({ backlogFirstOffset, refuses }: Observed): boolean => refuses || backlogFirstOffset === 0;

/** Let go for another try, it would have the standby follow it into its loss. Given up, the standby keeps what it has. */
function cameBackWithLess(
  goal: Goal,
  primary: Observed,
  standby: Observed,
  attempt: Attempt,
  limits: Limits,
): Decision {
  const missing = Math.max(0, limits.lastPrimaryOffset - standby.offset);
  if (goal === 'switch' && !attempt.refusal && accepts(limits, missing)) {
    return act('promote', `the primary came back without its place, and the loss of ${missing} bytes is accepted`);
  }
  if (mayHaveRuled(primary, standby, attempt) && !limits.force) return unknown;
  if (goal === 'withdraw') return act('unpark', 'it restarted in the middle, and is taken as it came back');
  return unfinished(
    'SourceLost',
    'The primary restarted in the middle of the cutover, and may lack writes that the standby has: it takes no writes, as it would have the standby follow it.',
  );
}
