import type { Act } from '../../../src/cutover/decide.js';
import { checkLate, checkPromotion, checkUnparking, finish } from './checks.js';
import type { Rules } from './rules.js';
import { append, becomeMaster, follow, park, rewrite } from './server.js';
import { type ModelAttempt, markerFor, type Place, peerOf, type State } from './state.js';

/** What src/cutover/acts.ts takes for a refusal. */
export const refusable = new Set<Act>(['fence', 'park', 'promote']);

export function refusedStep(state: State, epoch: number): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if (attempt.act === 'promote') attempt.memory.standbyKnownReplica = false;
  Object.assign(attempt, { act: null, step: 'observe' });
  attempt.memory.refusal = 'refused';
}

interface Acting {
  /** The mark can be written. */
  marks: boolean;
  state: State;
  attempt: ModelAttempt;
  primary: Place;
  standby: Place;
}

/** The acts of src/cutover/acts.ts: what each does to the servers and to the attempt's memory. */
const acts: Record<Exclude<Act, 'wait'>, (acting: Acting) => void> = {
  fence: ({ state, attempt, primary }) => {
    state.servers[primary].paused = true;
    attempt.memory.fencedAt = attempt.memory.now;
  },
  unfence: ({ state, attempt, primary }) => {
    state.servers[primary].paused = false;
    attempt.memory.unfenced = true;
  },
  park: ({ state, attempt, primary }) => {
    park(state, primary);
    attempt.memory.parkedAt = attempt.memory.now;
  },
  unpark: ({ state, attempt, primary }) => {
    checkUnparking(state, primary);
    becomeMaster(state, primary);
    attempt.memory.unparked = true;
  },
  promote: ({ state, attempt, standby, marks }) => {
    attempt.memory.standbyKnownReplica = false;
    checkPromotion(state, standby, attempt);
    becomeMaster(state, standby);
    if (marks) append(state.servers[standby], markerFor(standby));
  },
  mark: ({ state, attempt, standby }) => {
    append(state.servers[standby], markerFor(standby));
    attempt.memory.marked = true;
  },
  compare: ({ attempt }) => {
    attempt.memory.differing = 0;
  },
  'switch-hook': ({ attempt }) => {
    attempt.memory.hookDone = true;
  },
  relink: ({ state, attempt, primary }) => {
    follow(state, primary);
    attempt.memory.relinkedAt = attempt.memory.now;
  },
  release: ({ state, attempt, primary }) => {
    state.servers[primary].paused = false;
    attempt.memory.released = true;
  },
};

const onStandby = new Set<Act>(['promote', 'mark']);
/** Those whose transaction ends with CONFIG REWRITE. */
const changesRole = new Set<Act>(['park', 'unpark', 'promote']);
const onNeither = new Set<Act>(['compare', 'switch-hook']);

/** What it decided some time ago goes to the server now, if its connection still stands. */
export function actStep(state: State, epoch: number, { rewrites }: Rules, { marks } = { marks: true }): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  const { act, primary } = attempt;
  const standby = peerOf(primary);
  if (act === null) throw new Error('there is nothing to do');
  const place = onStandby.has(act) ? standby : primary;
  if (!onNeither.has(act) && !attempt.connected[place]) {
    finish(state, epoch, 'threw');
    return;
  }
  if (!onNeither.has(act)) checkLate(state, epoch);
  Object.assign(attempt, { act: null, step: 'observe' });
  acts[act]({ marks, state, attempt, primary, standby });
  if (rewrites && changesRole.has(act)) saveRole(state, place);
}

function saveRole({ servers }: State, place: Place): void {
  servers[place].file = rewrite(servers[place]);
}
