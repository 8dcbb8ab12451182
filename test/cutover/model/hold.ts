import { finish } from './checks.js';
import type { Rules } from './rules.js';
import type { Hold, ModelAttempt, Place, State } from './state.js';

/** `holdServer` of src/cutover/epoch.ts, one round trip a step; a stop or a cut may fall between any two. */

const bit = (epoch: number): number => 1 << epoch;
const lastsLater = ({ servers }: State, epoch: number, place: Place): boolean => servers[place].users >= bit(epoch + 1);
const actsLater = ({ attempts }: State, epoch: number, place: Place): boolean =>
  attempts.slice(epoch + 1).some(({ connected }) => connected[place]);

/** The server answers another connection that somebody later has it, or that the attempt's name is gone. */
export const isFencedOff = (state: State, epoch: number, place: Place, { form }: Rules): boolean => {
  const { up, users } = state.servers[place];
  if (!up) return false;
  return (users & bit(epoch)) === 0 || (form === 'connections' && actsLater(state, epoch, place));
};

export function holdStep(state: State, epoch: number, place: Place, rules: Rules): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  const holding = { state, attempt, epoch, place, rules };
  const steps = rules.form === 'users' ? byUsers : byConnections;
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
  rules.epochs && (lastsLater(state, epoch, place) || (rules.form === 'connections' && actsLater(state, epoch, place)));

const onTheWay: Partial<Record<Hold | 'superseded' | 'threw', true>> = {
  connected: true,
  user: true,
  'logged-in': true,
  listed: true,
  looked: true,
  alone: true,
};

type Steps = Record<Hold, (holding: Holding) => Hold | 'superseded' | 'threw'>;
const threw = () => 'threw' as const;

const byUsers: Steps = {
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
  ...{ listed: threw, looked: threw, alone: threw, broken: threw, held: threw, gone: threw },
};

/** Named first; then the list of connections, then the mark; then the cut; then its own mark, by the acting connection. */
const byConnections: Steps = {
  ...byUsers,
  connected: () => 'user',
  user: ({ attempt, place }) => {
    attempt.connected[place] = true;
    return 'logged-in';
  },
  'logged-in': ({ state, epoch, place, rules }) =>
    rules.epochs && actsLater(state, epoch, place) ? 'superseded' : 'listed',
  listed: ({ state, attempt, epoch, place, rules }) => {
    if (rules.epochs && lastsLater(state, epoch, place)) return 'superseded';
    return attempt.connected[place] ? 'looked' : 'threw';
  },
  looked: ({ state, attempt, epoch, place, rules }) => {
    if (!attempt.connected[place]) return 'threw';
    if (rules.epochs) cutConnections(state, epoch, place);
    return 'alone';
  },
  alone: ({ state, attempt, epoch, place, rules }) => {
    if (!attempt.connected[place]) return 'threw';
    if (rules.marks) state.servers[place].users = bit(epoch);
    return 'held';
  },
};

/** ACL DELUSER: the connections of earlier attempts end, whatever they were about to do. */
function cutEarlier(state: State, epoch: number, place: Place): void {
  state.servers[place].users &= ~(bit(epoch) - 1);
  cutConnections(state, epoch, place);
}

function cutConnections(state: State, epoch: number, place: Place): void {
  for (const earlier of state.attempts.slice(0, epoch)) earlier.connected[place] = false;
}

function beginToLook(state: State, epoch: number): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if (attempt.stale) finish(state, epoch, 'superseded');
  else attempt.step = 'observe';
}

/** `clearEpochs`, once nothing is to be done any more. */
export function cleanUp(state: State): void {
  state.ghost.cleaned = true;
  for (const server of state.servers) server.users = 0;
  for (const attempt of state.attempts) {
    attempt.connected = [false, false];
    if (attempt.step !== 'new' && attempt.step !== 'ended') attempt.stale = true;
  }
}
