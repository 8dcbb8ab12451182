import type { ErrorType } from '../contract/errors.js';
import { canResyncPartially, isParked, type ReplicationState } from './state.js';

/** One server during a watch, and the size of its dataset. */
export interface Watched extends ReplicationState {
  keys: number;
  loading: boolean;
  promoted: boolean;
  /** It restarted in the middle of a cutover, and refuses writes. */
  refuses: boolean;
  /** It can't log in to its primary anew (see `shutOut`): the link lasts for as long as it stands. */
  shutOut: boolean;
}

export interface GuardView {
  /** `forward`: the target follows the source. `reverse`: the old source follows the promoted target. */
  direction: 'forward' | 'reverse';
  /** What was known of both before; null at first. */
  known: { primary: Known | null; standby: Known | null };
  /** Null: can't be reached. */
  primary: Watched | null;
  standby: Watched | null;
  followsPrimary: boolean;
}

export interface Known {
  runId: string;
  keys: number;
}

/** `shut-out`: from now on the link is made anew by `relink` only. */
export type GuardAct = 'none' | 'hold' | 'relink' | 'shut-out';
export interface Guarded {
  act: GuardAct;
  finding: { type: ErrorType; message: string } | null;
}

/**
 * What keeps a standby from losing its data to a primary that lost its own. A replica follows whatever its master has, so
 * once its link stands, it is shut out: it can't make another by itself, also while nobody watches. In a full sync, which
 * has nothing to lose yet, it is held (parked, keeping its position) while the primary is gone. It is linked again once
 * the primary is judged.
 */
export function guard(view: GuardView): Guarded {
  const { primary, standby } = view;
  if (!standby) return nothing;
  if (standby.role === 'master') return strayStandby(view, standby);
  if (!primary) return isParked(standby) || standby.linkUp ? nothing : { act: 'hold', finding: null };
  if (primary.loading) return isParked(standby) ? nothing : { act: 'hold', finding: null };
  if (primary.role === 'replica')
    return finding('none', 'SourceChanged', 'The primary became a replica of another server.');
  return view.direction === 'forward' ? forward(view, primary, standby) : reverse(primary, standby);
}

function forward(view: GuardView, primary: Watched, standby: Watched): Guarded {
  if (!isParked(standby) && !view.followsPrimary) {
    return finding('none', 'TargetChanged', 'The target replicates from another server.');
  }
  if (primary.refuses) return finding('none', 'SourceLost', 'The source restarted in the middle of a cutover.');
  if (!cameBackSmaller(view.known.primary, primary, standby)) return linkedAgain(standby);
  const message = `The source restarted with ${primary.keys} keys, after ${view.known.primary?.keys} before.`;
  return finding(isParked(standby) ? 'none' : 'hold', 'SourceCameBackEmpty', message);
}

function reverse(primary: Watched, standby: Watched): Guarded {
  if (isParked(standby)) {
    return canResyncPartially(standby, primary) ? { act: 'relink', finding: null } : nothing;
  }
  if (standby.linkUp) return linkedAgain(standby);
  const behind = primary.offset - standby.offset;
  const outOfReach = !canResyncPartially(standby, primary);
  const soonOutOfReach = behind > primary.backlogSize / 2;
  if (standby.syncInProgress || outOfReach || soonOutOfReach) return { act: 'hold', finding: null };
  return linkedAgain(standby);
}

/** The primary is sound: the standby may follow it, and nobody else by the same address. */
function linkedAgain(standby: Watched): Guarded {
  if (isParked(standby)) return { act: 'relink', finding: null };
  if (standby.linkUp) return standby.shutOut ? nothing : { act: 'shut-out', finding: null };
  return standby.shutOut && !standby.syncInProgress ? { act: 'relink', finding: null } : nothing;
}

/** A standby that is a master: restarted without its role, or taken over by hand. */
function strayStandby({ direction, known, primary }: GuardView, standby: Watched): Guarded {
  if (direction === 'reverse') return { act: 'hold', finding: null };
  if (standby.promoted) return finding('none', 'WrongDirection', 'The target was promoted.');
  if (standby.runId === known.standby?.runId)
    return finding('none', 'TargetChanged', 'Somebody made the target a master.');
  if (!primary || primary.loading || standby.loading) return nothing;
  if (!cameBackSmaller(known.primary, primary, standby)) return { act: 'relink', finding: null };
  return finding('none', 'SourceCameBackEmpty', `The source restarted with ${primary.keys} keys.`);
}

/** A new process that continues the standby's history can be trusted; one that doesn't, and has much less, lost it. */
function cameBackSmaller(known: Known | null, primary: Watched, standby: Watched): boolean {
  if (!known || known.runId === primary.runId || canResyncPartially(standby, primary)) return false;
  return known.keys > 0 && primary.keys < known.keys / 2;
}

const nothing: Guarded = { act: 'none', finding: null };
const finding = (act: GuardAct, type: ErrorType, message: string): Guarded => ({ act, finding: { type, message } });
