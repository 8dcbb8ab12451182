import type { Attempt, Goal, Limits } from '../../../src/cutover/decide.js';
import type { Addresses, Observed, Pair } from '../../../src/cutover/situation.js';
import { parkingAddress } from '../../../src/replication/state.js';

/** What `decide` is asked. Offsets: the primary is at 100, and 150 is where it was last seen in some cases. */
export interface Case {
  goal: Goal;
  pair: Pair;
  attempt: Attempt;
  limits: Limits;
}

export const addresses: Addresses = {
  primary: { host: 'primary', port: 6379 },
  standby: { host: 'standby', port: 6379 },
};
export const elsewhere = { host: 'elsewhere', port: 6379 };

/** The clock of all cases, in ms; `just` is within every limit of time, `long` beyond all of them. */
export const now = 1_000_000;
export const just = now;
export const long = 0;
export const bounds = { drainTimeoutMs: 5000, maxLagBytes: 30, acceptLossBytes: 10 } as const;

const server: Observed = {
  ...{ runId: 'run', role: 'master', master: null, linkUp: false, syncInProgress: false },
  ...{ replid: 'A', replid2: '0', secondOffset: -1, offset: 100, backlogFirstOffset: 1, backlogSize: 1, replicas: 0 },
  ...{ promoted: false, refuses: false },
};

export const master = (more: Partial<Observed> = {}): Observed => ({ ...server, ...more });
const follows = (address: { host: string; port: number }, more: Partial<Observed>): Observed => ({
  ...server,
  role: 'replica',
  master: address,
  ...more,
});
export const parked = (more: Partial<Observed> = {}): Observed => follows(parkingAddress, more);
export const followsPrimary = (more: Partial<Observed> = {}) => follows(addresses.primary, { linkUp: true, ...more });
export const followsStandby = (more: Partial<Observed> = {}) => follows(addresses.standby, { linkUp: true, ...more });
export const followsOther = (more: Partial<Observed> = {}) => follows(elsewhere, { linkUp: true, ...more });

/** Came back from its configuration file: parked, without a backlog. */
export const restarted = { backlogFirstOffset: 0 } as const;
/** Came back from its braced file: with another history, or with all that it had. */
export const refusing = (more: Partial<Observed> = {}): Observed => master({ replid: 'C', refuses: true, ...more });
export const withAll = { replid2: 'A', secondOffset: 101 } as const;
/** Promoted at the very offset at which the primary is parked. */
export const tookOver = { replid: 'B', replid2: 'A', secondOffset: 101 } as const;

export const memory: Attempt = {
  now,
  ...{ fencedAt: null, unfenced: false, parkedAt: null, unparked: false, differing: null, lostSince: null },
  ...{ refusal: null, marked: false, standbyKnownReplica: false, hookDone: false, released: false, relinkedAt: null },
  ...{ guarded: false, braced: false, recordedPrimary: false, recordedStandby: false },
};

export const noLimits: Limits = {
  ...{ drainTimeoutMs: bounds.drainTimeoutMs, maxLagBytes: bounds.maxLagBytes, acceptLossBytes: null },
  ...{ lastPrimaryOffset: 100, hasSwitchHook: false, hasUnsettled: false, force: false },
};
