import { type Attempt, act, type Decision, type Limits, refuse } from './decision.js';
import type { Observed } from './situation.js';

/** The primary takes writes and the standby follows: fence, wait until it has all of them, park. */
export function drain(primary: Observed, standby: Observed, attempt: Attempt, limits: Limits): Decision {
  const lag = primary.offset - standby.offset;
  const linked = standby.linkUp && standby.replid === primary.replid;
  if (attempt.unfenced) return gaveUp(attempt, linked, lag, limits);
  if (attempt.unparked || attempt.refusal) return act('unfence', 'nothing was promoted');
  if (attempt.fencedAt === null) return mayFence(attempt, linked, lag, limits);
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

/** The primary takes writes again: why nothing came of it. */
function gaveUp(attempt: Attempt, linked: boolean, lag: number, limits: Limits): Decision {
  const { unparked, differing, refusal, fencedAt } = attempt;
  if (refusal) return refuse('PermissionMissing', refusal);
  if (differing)
    return refuse('VerificationFailed', `${differing} keys differ, or were not compared in time, at equal offsets.`);
  if (unparked)
    return refuse(
      'NotMatching',
      'Nothing was promoted: the standby was not at the offset at which the primary was parked, or the primary restarted.',
    );
  if (fencedAt === null)
    return refuse('ReplicationStalled', unfit(linked, lag, limits) ?? 'The link was not up in time.');
  return refuse('DrainTimeout', `The standby did not catch up within cutover.drainTimeout: ${lag} bytes behind.`);
}

/** An attempt before this one may have left the fence up: also one that begins nothing ends it. */
function mayFence(attempt: Attempt, linked: boolean, lag: number, limits: Limits): Decision {
  const why = unfit(linked, lag, limits);
  if (why !== null) return act('unfence', why);
  if (!attempt.guarded) return act('guard', 'the standby must not follow a primary that comes back with less');
  if (!attempt.braced) return act('brace', 'the primary must refuse writes if it restarts');
  return act('fence', 'writers wait while the standby catches up');
}

function unfit(linked: boolean, lag: number, { maxLagBytes }: Limits): string | null {
  if (!linked) return 'The link between the two servers is not up.';
  return lag > maxLagBytes ? `The standby is ${lag} bytes behind, more than cutover.maxLagBytes.` : null;
}
