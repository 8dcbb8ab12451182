import { addresses, bounds } from './cases.js';
import { type Invariant, instead, remembering, seeing, standbyAs } from './decided.js';
import * as fact from './facts.js';

const { isMaster, isReplica } = fact;
const asSwitch = seeing(() => ({ goal: 'switch' }));

/** Of ends, of what comes after a promotion, and of what holds for every decision. */
export const finishing: Invariant[] = [
  {
    name: 'a refused end leaves nothing half done: the primary takes writes, and the fence is down',
    of: ['refused'],
    must: ({ primary, attempt }) => isMaster(primary) && attempt.unfenced,
    mutant: remembering({ unfenced: true }),
  },
  {
    name: 'withdrawn means that the primary takes writes, the fence is down, and no promotion is seen',
    of: ['withdrawn'],
    must: ({ primary, standby, attempt }) =>
      isMaster(primary) && attempt.unfenced && !(isMaster(standby) && standby?.promoted),
    mutant: standbyAs({ promoted: false }),
  },
  {
    name: 'a withdrawal only un-fences and un-parks, and records a promotion that it finds',
    of: [
      'guard',
      'brace',
      'record-primary',
      'fence',
      'park',
      'promote',
      'switch-hook',
      'mark',
      'relink',
      'release',
      'compare',
      'wait',
    ],
    must: decided => decided.goal === 'switch' || fact.cameBackAsReplica(decided),
    mutant: asSwitch,
  },
  {
    name: 'a withdrawal never says switched or refused',
    of: ['switched', 'refused'],
    must: ({ goal }) => goal === 'switch',
    mutant: asSwitch,
  },
  {
    name: 'a switch never says withdrawn or too late',
    of: ['withdrawn', 'too-late'],
    must: ({ goal }) => goal === 'withdraw',
    mutant: seeing(() => ({ goal: 'withdraw' })),
  },
  {
    name: 'switched means that the standby is the master, marked, and that the primary takes no writes',
    of: ['switched'],
    must: ({ primary, standby, attempt }) =>
      isMaster(standby) && !isMaster(primary) && (standby?.promoted === true || attempt.marked === true),
    mutant: remembering({ marked: true }),
  },
  {
    name: 'what the standby is now stands in its file before anything is said of it',
    of: ['switched', 'too-late'],
    must: ({ attempt }) => attempt.recordedStandby,
    mutant: remembering({ recordedStandby: true }),
  },
  {
    name: 'only a promotion is recorded: the standby as the master, the primary as one that is out',
    of: ['record-primary', 'record-standby'],
    must: ({ outcome, primary, standby, attempt }) =>
      isMaster(standby) &&
      (outcome === 'record-primary' ? fact.isParked(primary) && !attempt.recordedPrimary : !attempt.recordedStandby),
    mutant: remembering({ recordedPrimary: false, recordedStandby: false }),
  },
  {
    name: 'the old primary follows only when its file says that it is out',
    of: ['relink'],
    must: ({ attempt }) => attempt.recordedPrimary,
    mutant: remembering({ recordedPrimary: true, recordedStandby: true }),
  },
  {
    name: 'the way back is promised only when the old primary follows',
    of: ['switched'],
    when: ({ decision }) => 'end' in decision && decision.end === 'switched' && decision.wayBack,
    must: ({ primary }) => fact.at(primary, addresses.standby),
    mutant: instead('switched', { end: 'switched', wayBack: true }),
  },
  {
    name: 'the old primary is linked only where the resync must be partial',
    of: ['relink'],
    must: ({ primary, standby }) => fact.isParked(primary) && isMaster(standby) && fact.mustContinue(primary, standby),
    mutant: standbyAs({ backlogFirstOffset: 1 }),
  },
  {
    name: 'clients are sent away once, and only from a primary that refuses writes when another takes them',
    of: ['release'],
    must: ({ primary, standby, attempt }) => isReplica(primary) && isMaster(standby) && !attempt.released,
    mutant: remembering({ released: false }),
  },
  {
    name: 'the hook runs once, and only after the promotion',
    of: ['switch-hook'],
    must: ({ standby, attempt, limits }) => isMaster(standby) && limits.hasSwitchHook && !attempt.hookDone,
    mutant: remembering({ hookDone: false }),
  },
  {
    name: 'a mark is set once, on a promoted standby that has none',
    of: ['mark'],
    must: ({ standby, attempt }) => isMaster(standby) && standby?.promoted === false && !attempt.marked,
    mutant: remembering({ marked: false }),
  },
  {
    name: 'what a server refused is not asked of it again',
    of: ['guard', 'brace', 'fence', 'park', 'promote'],
    must: ({ attempt }) => attempt.refusal === null,
    mutant: remembering({ refusal: null }),
  },
  {
    name: 'it waits only while a limit of time runs',
    of: ['wait'],
    must: decided => {
      const { fencedAt, parkedAt, relinkedAt, lostSince } = decided.attempt;
      const { within } = fact;
      return (
        within(fencedAt, bounds.drainTimeoutMs, decided) ||
        within(parkedAt, 100, decided) ||
        within(relinkedAt, 3000, decided) ||
        within(lostSince, 3000, decided)
      );
    },
    mutant: remembering({ now: 0 }),
  },
  {
    name: 'nothing is asked of a primary that cannot be reached',
    of: ['brace', 'record-primary', 'fence', 'unfence', 'park', 'unpark', 'relink', 'release'],
    must: ({ primary }) => primary !== null,
    mutant: seeing(({ pair }) => ({ pair: { ...pair, primary: pair.primary ?? pair.standby } })),
  },
  {
    name: 'nothing is asked of a standby that cannot be reached',
    of: ['guard', 'record-standby', 'promote', 'mark'],
    must: ({ standby }) => standby !== null,
    mutant: seeing(({ pair }) => ({ pair: { ...pair, standby: pair.standby ?? pair.primary } })),
  },
  {
    name: "somebody else's primary is left alone",
    of: ['brace', 'record-primary', 'fence', 'unfence', 'park', 'unpark', 'relink', 'release', 'promote', 'mark'],
    must: ({ primary }) => !fact.isForeign(primary),
    mutant: seeing(({ pair }) => ({
      pair: { ...pair, primary: pair.primary && { ...pair.primary, master: addresses.standby } },
    })),
  },
  {
    name: "somebody else's standby is left alone; the primary's fence comes down",
    of: ['guard', 'fence', 'park', 'unpark', 'relink', 'release', 'mark'],
    must: ({ standby }) => !fact.isForeign(standby),
    mutant: standbyAs({ master: addresses.primary }),
  },
];
