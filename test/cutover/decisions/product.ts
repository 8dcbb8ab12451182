import type { Attempt, Goal, Limits } from '../../../src/cutover/decide.js';
import type { Observed, Pair } from '../../../src/cutover/situation.js';
import type { Case } from './cases.js';
import * as cases from './cases.js';

const { bounds, just, long, memory, noLimits, restarted, tookOver } = cases;

/** Every combination of some values for some fields. */
function product<T extends object>(base: T, choices: { [K in keyof T]?: readonly T[K][] }): T[] {
  let all = [base];
  for (const [name, values] of Object.entries(choices) as [keyof T, readonly T[keyof T][]][]) {
    all = all.flatMap(one => values.map(value => ({ ...one, [name]: value })));
  }
  return all;
}

const primaries: (Observed | null)[] = [
  null,
  cases.master(),
  cases.master(restarted),
  cases.parked(),
  cases.parked(restarted),
  cases.refusing(),
  cases.refusing(cases.withAll),
  cases.followsStandby(),
  cases.followsStandby({ linkUp: false }),
  cases.followsOther(),
];

/** The same as the primary's, another one, and one that was promoted at the parked offset, or before it. */
const ids: Partial<Observed>[] = [{}, { replid: 'B' }, tookOver, { ...tookOver, secondOffset: 91 }];
/** Equal, behind within the consent, behind beyond it, behind beyond the lag allowed, ahead. */
const offsets = [100, 95, 80, 50, 120];

const withIds = (roles: Observed[], some: Partial<Observed>[]): Observed[] =>
  roles.flatMap(role => some.flatMap(id => product({ ...role, ...id }, { offset: offsets, promoted: [false, true] })));

const masters = [
  cases.master(),
  // What the primary would need next is no longer in its backlog.
  cases.master({ backlogFirstOffset: 200 }),
];
const replicas = [
  cases.followsPrimary(),
  cases.followsPrimary({ linkUp: false }),
  cases.followsPrimary({ linkUp: false, syncInProgress: true }),
  cases.parked(),
  cases.followsOther(),
];

const standbys: (Observed | null)[] = [null, ...withIds(masters, ids), ...withIds(replicas, ids.slice(0, 2))];

const pairs: Pair[] = primaries.flatMap(primary => standbys.map(standby => ({ primary, standby })));

const times = [null, just, long];
const either = [false, true];
const { acceptLossBytes } = bounds;

/** What one attempt may remember, and what it was told. */
type Mind = Pick<Case, 'attempt' | 'limits'>;

const minds = (attempts: Attempt[], limits: Limits[]): Mind[] =>
  attempts.flatMap(attempt => limits.map(limit => ({ attempt, limits: limit })));

/** It guards, then braces, then fences. */
const beginnings: Partial<Attempt>[] = [
  {},
  { guarded: true },
  ...times.map(fencedAt => ({ guarded: true, braced: true, fencedAt })),
];
/** The primary's file, then the standby's. */
const recordings: Partial<Attempt>[] = [
  {},
  { recordedPrimary: true },
  { recordedPrimary: true, recordedStandby: true },
];

/** Before a promotion was seen. It compares only what is unsettled, and only behind its own fence. */
const before: Mind[] = minds(
  beginnings.flatMap(begun =>
    product(
      { ...memory, ...begun },
      {
        unfenced: either,
        parkedAt: times,
        unparked: either,
        differing: [null, 0, 3],
        refusal: [null, 'refused'],
        standbyKnownReplica: either,
      },
    ),
  ),
  product(noLimits, {
    acceptLossBytes: [null, acceptLossBytes],
    lastPrimaryOffset: [100, 150],
    hasUnsettled: either,
  }),
).filter(
  ({ attempt, limits }) => (attempt.differing ?? null) === null || (attempt.fencedAt !== null && limits.hasUnsettled),
);

const after: Mind[] = minds(
  recordings.flatMap(recorded =>
    product(
      { ...memory, ...recorded },
      {
        hookDone: either,
        released: either,
        relinkedAt: times,
        marked: either,
        refusal: [null, 'refused'],
        standbyKnownReplica: either,
      },
    ),
  ),
  product(noLimits, { acceptLossBytes: [null, acceptLossBytes], hasSwitchHook: either }),
);

/** It only ever un-parks and un-fences. */
const withdrawing: Mind[] = minds(
  product(memory, { unfenced: either, unparked: either, standbyKnownReplica: either, recordedStandby: either }),
  product(noLimits, { lastPrimaryOffset: [100, 150], hasSwitchHook: either, force: either }),
);

const mindsOf: Record<Goal, Mind[]> = { switch: [...before, ...after], withdraw: withdrawing };

/** When the primary can't be reached, and the standby has no link, the attempt knows since when. */
const sinceOf = ({ primary, standby }: Pair): (number | null)[] => (primary || standby?.linkUp ? [null] : [just, long]);

/** All that an attempt can meet, and remember: some four million; or every n-th. Ends when `visit` says so. */
export function everyCase(visit: (one: Case) => 'enough' | undefined, nth = 1): void {
  let at = 0;
  for (const goal of ['withdraw', 'switch'] as const) {
    for (const pair of pairs) {
      for (const lostSince of sinceOf(pair)) {
        for (const { attempt, limits } of mindsOf[goal]) {
          if (at++ % nth !== 0) continue;
          const one = { goal, pair, attempt: lostSince === null ? attempt : { ...attempt, lostSince }, limits };
          if (visit(one) === 'enough') return;
        }
      }
    }
  }
}
