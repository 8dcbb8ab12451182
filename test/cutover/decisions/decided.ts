import type { Act, Decision, End } from '../../../src/cutover/decide.js';
import type { Observed, Pair } from '../../../src/cutover/situation.js';
import type { Case } from './cases.js';

export type Outcome = Act | End['end'];

/** Told from what was observed only, without the words of src/cutover. */
export interface Invariant {
  name: string;
  /** The decisions that it is about; none: all. */
  of?: Outcome[];
  /** Of these, the cases that it is about; none: all. */
  when?: (decided: Decided) => boolean;
  must: (decided: Decided) => boolean;
  /** A mistake at which it must show. */
  mutant: (given: Case, sound: (one: Case) => Decision) => Decision;
}

/** A case, taken apart, and what was decided: an act or an end. */
export interface Decided extends Case, Pair {
  outcome: Outcome;
  decision: Decision;
}

export const decidedAs = ({ goal, pair, attempt, limits }: Case, decision: Decision): Decided => ({
  goal,
  pair,
  attempt,
  limits,
  decision,
  primary: pair.primary,
  standby: pair.standby,
  outcome: 'act' in decision ? decision.act : decision.end,
});

/** The real decision, of something else than what was seen. */
export const seeing =
  (change: (one: Case) => Partial<Case>): Invariant['mutant'] =>
  (given, sound) =>
    sound({ ...given, ...change(given) });

export const remembering = (change: Partial<Case['attempt']>): Invariant['mutant'] =>
  seeing(({ attempt }) => ({ attempt: { ...attempt, ...change } }));
export const told = (change: Partial<Case['limits']>): Invariant['mutant'] =>
  seeing(({ limits }) => ({ limits: { ...limits, ...change } }));
export const primaryAs = (change: Partial<Observed>): Invariant['mutant'] =>
  seeing(({ pair: { primary, standby } }) => ({ pair: { primary: primary && { ...primary, ...change }, standby } }));
export const standbyAs = (change: Partial<Observed>): Invariant['mutant'] =>
  seeing(({ pair: { primary, standby } }) => ({ pair: { primary, standby: standby && { ...standby, ...change } } }));
/** One decision instead of another. */
export const instead =
  (of: Outcome, other: Decision): Invariant['mutant'] =>
  (given, sound) => {
    const decision = sound(given);
    return of === ('act' in decision ? decision.act : decision.end) ? other : decision;
  };
