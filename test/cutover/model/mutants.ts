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
    name: 'promotes a standby that is behind',
    finds: 'promoted without acknowledged writes',
    attempts: [cutOver],
    budget: { writes: 1 },
    rules: { ...base, decide: seeing(pair => ({ pair: standbyAs(pair, { offset: pair.primary?.offset ?? 0 }) })) },
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
    finds: 'refused, but',
    attempts: [cutOver, cutOver],
    budget: { drops: 1 },
    rules: { ...base, decide: refuseAtOnce },
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
    finds: 'it would refuse writes after a restart',
    attempts: [cutOver],
    budget: { crashes: 1 },
    rules: { ...base, rewrites: false },
  },
  {
    name: 'does not have the primary refuse writes when it restarts',
    finds: 'promoted while the primary takes writes',
    attempts: [cutOver],
    budget: { crashes: 1 },
    rules: { ...base, decide: seeing((_, attempt) => ({ attempt: { ...attempt, braced: true } })) },
  },
  {
    name: 'lets the standby follow a primary that restarts in the middle',
    finds: 'followed a master that lacks acknowledged writes',
    attempts: [cutOver],
    budget: { writes: 1, crashes: 1 },
    rules: {
      ...base,
      persistence: ['rdb', 'rdb'],
      decide: seeing((_, attempt) => ({ attempt: { ...attempt, guarded: true } })),
    },
  },
  {
    name: 'leaves a file behind by which the new master would refuse writes',
    finds: 'it would refuse writes after a restart',
    attempts: [cutOver],
    rules: { ...base, decide: seeing((_, attempt) => ({ attempt: { ...attempt, recordedStandby: true } })) },
  },
  {
    name: 'takes a primary for sound that came back refusing writes, with less than the standby has',
    finds: 'acknowledged writes',
    attempts: [cutOver, cutOver],
    budget: { writes: 1, crashes: 1 },
    rules: {
      ...base,
      persistence: ['rdb', 'rdb'],
      decide: seeing(pair => ({ pair: primaryAs(pair, { refuses: false }) })),
    },
  },
];
