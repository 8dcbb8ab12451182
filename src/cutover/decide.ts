import {
  type Attempt,
  type Decision,
  type End,
  type Goal,
  type Limits,
  letGo,
  recorded,
  refuse,
  unfenced,
  unfinished,
} from './decision.js';
import { drain } from './drain.js';
import { foreign, primaryLost, standbyLost } from './lost.js';
import { parked } from './parked.js';
import { finish, parkRevived, reverse } from './reverse.js';
import { type Addresses, type Observed, type Pair, situationOf } from './situation.js';

export type { Act, Attempt, Decision, End, Goal, Limits } from './decision.js';

/** The one next act. A pure function of what was observed: a retry after a crash anywhere runs the same code. */
export function decide(goal: Goal, pair: Pair, addresses: Addresses, attempt: Attempt, limits: Limits): Decision {
  const situation = situationOf(pair, addresses);
  const { primary, standby } = pair as { primary: Observed; standby: Observed };
  switch (situation) {
    case 'syncing':
      return goal === 'switch' ? drain(primary, standby, attempt, limits) : letGo(attempt);
    case 'parked':
      return parked(goal, primary, standby, attempt, limits);
    case 'promoted':
      return goal === 'switch' ? reverse(primary, standby, attempt, limits) : recorded(attempt, tooLate);
    case 'reversed':
      return goal === 'switch' ? finish(primary, standby, attempt) : recorded(attempt, tooLate);
    case 'revived':
      return goal === 'switch' ? parkRevived(attempt) : recorded(attempt, tooLate);
    case 'unrelated':
      return goal === 'switch'
        ? unfenced(attempt, refuse('ReplicationStalled', 'The standby does not replicate from the primary.'))
        : letGo(attempt);
    case 'foreign':
      return foreign(goal, primary, standby, attempt, limits);
    case 'primary-lost':
      return primaryLost(goal, standby, attempt, limits);
    case 'standby-lost':
      return standbyLost(goal, primary, addresses, attempt, limits);
    case 'both-lost':
      return unfinished('Unreachable', 'Neither server can be reached.');
  }
}

const tooLate: End = { end: 'too-late' };
