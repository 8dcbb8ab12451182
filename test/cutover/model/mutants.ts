import { type Attempt, type Decision, decide, type Goal, type Limits } from '../../../src/cutover/decide.js';
import type { Addresses, Observed, Pair } from '../../../src/cutover/situation.js';
import type { Scope } from './scope.js';

export interface Mutant extends Scope {
  /** The violation that shows it. */
  finds: string;
}

type Change = (pair: Pair, attempt: Attempt) => { pair?: Pair; attempt?: Attempt };

/** The real decision, of something else than what was seen. */
const seeing =
  (change: Change): typeof decide =>
  (goal: Goal, pair: Pair, addresses: Addresses, attempt: Attempt, limits: Limits): Decision => {
    const changed = change(pair, attempt);
    return decide(goal, changed.pair ?? pair, addresses, changed.attempt ?? attempt, limits);
  };

const standbyAs = ({ primary, standby }: Pair, other: Partial<Observed>): Pair => ({
  primary,
  standby: standby && { ...standby, ...other },
});

const primaryAs = ({ primary, standby }: Pair, other: Partial<Observed>): Pair => ({
  primary: primary && { ...primary, ...other },
  standby,
});

const promoteFirst: typeof decide = (...given) => {
  const decision = decide(...given);
  return 'act' in decision && decision.act === 'park' ? { ...decision, act: 'promote' } : decision;
};

/** As it was written first: an attempt that finds the link down refuses, and that is all. */
const refuseAtOnce: typeof decide = (goal, pair, addresses, attempt, limits) => {
  const decision = decide(goal, pair, addresses, attempt, limits);
  const isFirst = 'act' in decision && decision.act === 'unfence' && attempt.fencedAt === null;
  return goal === 'switch' && isFirst ? { end: 'refused', type: 'ReplicationStalled', why: decision.why } : decision;
};

const cutOver = { goal: 'switch' } as const;
const withdraw = { goal: 'withdraw' } as const;
const withConsent = { goal: 'switch', acceptLoss: 5 } as const;
const base = { takesAtOnce: true } as const;

/** Mistakes, and where each must show: a checker that misses one is worth nothing. */
export const mutants: Mutant[] = [
  {
    name: 'promotes before it parks',
    finds: 'promoted while the primary takes writes',
    attempts: [cutOver],
    rules: { ...base, decide: promoteFirst },
  },
  {
    name: 'promotes on equal offsets of other histories',
    finds: 'promoted without acknowledged writes',
    attempts: [cutOver, cutOver],
    budget: { writes: 1, crashes: 2 },
    rules: {
      ...base,
      persistence: ['aof', 'none'],
      decide: seeing(pair => ({ pair: primaryAs(pair, { replid: pair.standby?.replid ?? '' }) })),
    },
  },
  {
    name: 'un-parks when it does not know whether the standby was promoted',
    finds: 'un-parked after the other was promoted',
    attempts: [cutOver, withdraw],
    budget: { crashes: 1 },
    rules: { ...base, decide: seeing((_, attempt) => ({ attempt: { ...attempt, standbyKnownReplica: true } })) },
  },
  {
    name: 'has no epochs',
    finds: 'acted after a later attempt had ended',
    attempts: [cutOver, withdraw],
    rules: { ...base, epochs: false },
  },
  {
    name: 'has names of connections, and leaves nothing behind that lasts',
    finds: 'acted after a later attempt had ended',
    attempts: [cutOver, withdraw],
    rules: { form: 'connections', anyOrder: true, marks: false },
  },
  {
    name: 'does not look for the mark of a promotion, nor at what else tells of it',
    finds: 'unfinished, though nothing failed',
    attempts: [cutOver, withdraw],
    rules: { ...base, decide: seeing(pair => ({ pair: standbyAs(pair, { promoted: false, replid2: '' }) })) },
  },
  {
    name: 'knows a promotion by its mark alone',
    finds: 'unfinished, though nothing failed',
    attempts: [cutOver, withdraw],
    budget: { unmarked: 1 },
    rules: { ...base, decide: seeing(pair => ({ pair: standbyAs(pair, { replid2: '' }) })) },
  },
  {
    name: 'leaves up the fence of an attempt before it',
    finds: 'the fence is left up',
    attempts: [cutOver, cutOver],
    budget: { drops: 1 },
    rules: { ...base, decide: refuseAtOnce },
  },
  {
    name: 'un-parks a primary that came back with less than the standby has',
    finds: 'un-parked without acknowledged writes',
    attempts: [cutOver, withdraw],
    budget: { writes: 1, crashes: 1 },
    rules: {
      ...base,
      persistence: ['rdb', 'rdb'],
      decide: seeing(pair => ({ pair: primaryAs(pair, { backlogFirstOffset: 1 }) })),
    },
  },
  {
    name: 'takes a primary for gone that the standby still hears',
    finds: 'promoted while the primary takes writes',
    attempts: [withConsent],
    budget: { partitions: 1 },
    rules: {
      ...base,
      decide: seeing((pair, attempt) => ({
        pair: pair.primary ? pair : standbyAs(pair, { linkUp: false }),
        attempt: { ...attempt, lostSince: Number.NEGATIVE_INFINITY },
      })),
    },
  },
  {
    name: 'does not write the new role into the configuration file',
    finds: 'promoted while the primary takes writes',
    attempts: [cutOver],
    budget: { crashes: 1 },
    rules: { ...base, rewrites: false },
  },
];
