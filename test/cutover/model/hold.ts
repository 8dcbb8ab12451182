import { finish } from './checks.js';
import type { Rules } from './rules.js';
import type { Hold, ModelAttempt, Place, State } from './state.js';

/** `holdServer` of src/cutover/epoch.ts, one round trip a step; a stop or a cut may fall between any two. */

const bit = (epoch: number): number => 1 << epoch;
const isSuperseded = (users: number, epoch: number): boolean => users >= bit(epoch + 1);

export function holdStep(state: State, epoch: number, place: Place, rules: Rules): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  const holding = { state, attempt, epoch, place, rules };
  let next = steps[attempt.hold[place]](holding);
  while (rules.takesAtOnce && next in onTheWay) next = steps[next as Hold](holding);
  if (next === 'superseded' || next === 'threw') finish(state, epoch, next);
  else attempt.hold[place] = next;
  if (attempt.hold.every(one => one === 'held' || one === 'gone')) beginToLook(state, epoch);
}

interface Holding {
  state: State;
  attempt: ModelAttempt;
  epoch: number;
  place: Place;
  rules: Rules;
}

const refuses = ({ state, epoch, place, rules }: Holding): boolean =>
  rules.epochs && isSuperseded(state.servers[place].users, epoch);

const onTheWay: Partial<Record<Hold | 'superseded' | 'threw', true>> = {
  connected: true,
  user: true,
  'logged-in': true,
};

const steps: Record<Hold, (holding: Holding) => Hold | 'superseded' | 'threw'> = {
  none: holding => {
    if (!holding.state.servers[holding.place].up) return 'gone';
    return refuses(holding) ? 'superseded' : 'connected';
  },
  connected: ({ state, epoch, place }) => {
    state.servers[place].users |= bit(epoch);
    return 'user';
  },
  user: holding => {
    const { state, attempt, epoch, place } = holding;
    if ((state.servers[place].users & bit(epoch)) === 0) return 'threw';
    if (refuses(holding)) return 'superseded';
    attempt.connected[place] = true;
    return 'logged-in';
  },
  'logged-in': ({ state, attempt, epoch, place, rules }) => {
    if (!attempt.connected[place]) return 'threw';
    if (rules.epochs) cutEarlier(state, epoch, place);
    return 'held';
  },
  broken: () => 'threw',
  held: () => 'threw',
  gone: () => 'threw',
};

/** ACL DELUSER: the connections of earlier attempts end, whatever they were about to do. */
function cutEarlier(state: State, epoch: number, place: Place): void {
  state.servers[place].users &= ~(bit(epoch) - 1);
  for (const earlier of state.attempts.slice(0, epoch)) earlier.connected[place] = false;
}

function beginToLook(state: State, epoch: number): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if (attempt.stale) finish(state, epoch, 'superseded');
  else attempt.step = 'observe';
}

/** `removeEpochUsers`, once nothing is to be done any more. */
export function cleanUp(state: State): void {
  for (const server of state.servers) server.users = 0;
  for (const attempt of state.attempts) {
    attempt.connected = [false, false];
    if (attempt.step !== 'new' && attempt.step !== 'ended') attempt.stale = true;
  }
}
