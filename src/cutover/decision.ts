import type { ErrorType } from '../contract/errors.js';

/** `switch`: make the standby the master. `withdraw`: leave the primary as it was, unless the standby was promoted. */
export type Goal = 'switch' | 'withdraw';

export type Act =
  /** Keep the standby from following a primary that restarts: it may come back with less. */
  | 'guard'
  /** Have the primary refuse writes if it restarts. */
  | 'brace'
  /** Let writers wait (or refuse them), so that the standby can catch up. */
  | 'fence'
  | 'unfence'
  /** Make the primary a replica of nobody: it refuses writes for good. */
  | 'park'
  | 'unpark'
  | 'promote'
  | 'switch-hook'
  /** Set the mark of the promotion once more: it is missing. */
  | 'mark'
  /** Make the primary a replica of the promoted standby. */
  | 'relink'
  /** End the fence on the old primary and send its clients away. */
  | 'release'
  /** Write down in its configuration file that the primary is out. */
  | 'record-primary'
  /** Write down in its configuration file that the standby is the master. */
  | 'record-standby'
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
  guarded: boolean;
  braced: boolean;
  fencedAt: number | null;
  unfenced: boolean;
  parkedAt: number | null;
  /** It found the standby short of the parked offset, and let the primary go on. */
  unparked: boolean;
  /** How many of the keys that it compared inside the fence differ; null before. */
  differing?: number | null;
  /** Since when it has seen the standby without a link, and could not reach the primary itself. */
  lostSince?: number | null;
  /** What a server said when it would not carry out an act; null: nothing was refused. */
  refusal?: string | null;
  /** It set the mark of the promotion once more, as far as that went. */
  marked?: boolean;
  /** It saw the standby as a replica, and no promotion can have been carried out since. */
  standbyKnownReplica: boolean;
  hookDone: boolean;
  released: boolean;
  relinkedAt: number | null;
  recordedPrimary: boolean;
  recordedStandby: boolean;
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
  /** The operator takes the primary back, and vouches that the standby takes no writes that count. */
  force?: boolean;
}

export const act = (name: Act, why: string): Decision => ({ act: name, why });
export const refuse = (type: ErrorType, why: string): End => ({ end: 'refused', type, why });
export const unfinished = (type: ErrorType, why: string): End => ({ end: 'unfinished', type, why });

export const accepts = ({ acceptLossBytes }: Limits, bytes: number): boolean =>
  acceptLossBytes !== null && bytes <= acceptLossBytes;

/** A restart must find it there, whatever becomes of this attempt's outcome. */
export const recorded = (attempt: Attempt, next: Decision): Decision =>
  attempt.recordedStandby ? next : act('record-standby', 'the standby is the master');

/** The primary takes writes. Whether it is paused can't be observed, so the pause is ended once in any case. */
export const letGo = (attempt: Attempt): Decision => unfenced(attempt, { end: 'withdrawn' });

export const unfenced = (attempt: Attempt, end: End): Decision =>
  attempt.unfenced ? end : act('unfence', 'the primary goes on');
