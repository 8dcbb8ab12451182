import type { Act } from '../../../src/cutover/decide.js';
import { checkLate, checkLinkBack, checkPromotion, checkUnparking, finish } from './checks.js';
import type { Rules } from './rules.js';
import { append, becomeMaster, follow, park, rewrite } from './server.js';
import { type ModelAttempt, markerFor, type Place, peerOf, type State } from './state.js';

/** What src/cutover/acts.ts takes for a refusal. */
export const refusable = new Set<Act>(['guard', 'brace', 'fence', 'park', 'promote']);

export function refusedStep(state: State, epoch: number): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if (attempt.act === 'promote') attempt.memory.standbyKnownReplica = false;
  Object.assign(attempt, { act: null, step: 'observe' });
  attempt.memory.refusal = 'refused';
}

interface Acting {
  rules: Rules;
  /** The mark can be written. */
  marks: boolean;
  state: State;
  attempt: ModelAttempt;
  primary: Place;
  standby: Place;
}

/** The acts of src/cutover/acts.ts: what each does to the servers and to the attempt's memory. */
const acts: Record<Exclude<Act, 'wait'>, (acting: Acting) => void> = {
  guard: ({ state, attempt, primary, standby, rules }) => {
    state.servers[primary].paused = false;
    state.servers[standby].shutOut = true;
    if (rules.rewrites) rewrite(state.servers[standby]);
    attempt.memory.guarded = true;
  },
  brace: ({ state, attempt, primary, rules }) => {
    state.servers[primary].refuses = true;
    if (rules.rewrites) rewrite(state.servers[primary]);
    state.servers[primary].refuses = false;
    attempt.memory.braced = true;
  },
  fence: ({ state, attempt, primary }) => {
    state.servers[primary].paused = true;
    attempt.memory.fencedAt = attempt.memory.now;
  },
  unfence: ({ state, attempt, primary, rules }) => {
    state.servers[primary].paused = false;
    record(state, primary, rules);
    attempt.memory.unfenced = true;
  },
  park: ({ state, attempt, primary }) => {
    park(state, primary);
    attempt.memory.parkedAt = attempt.memory.now;
  },
  unpark: ({ state, attempt, primary, rules }) => {
    checkUnparking(state, primary, attempt);
    becomeMaster(state, primary);
    record(state, primary, rules);
    attempt.memory.unparked = true;
  },
  promote: ({ state, attempt, standby, marks }) => {
    attempt.memory.standbyKnownReplica = false;
    checkPromotion(state, standby, attempt);
    becomeMaster(state, standby);
    state.servers[standby].refuses = false;
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
    checkLinkBack(state);
    state.servers[primary].shutOut = false;
    attempt.memory.relinkedAt = attempt.memory.now;
  },
  release: ({ state, attempt, primary }) => {
    state.servers[primary].paused = false;
    attempt.memory.released = true;
  },
  'record-primary': ({ state, attempt, primary, rules }) => {
    record(state, primary, rules);
    attempt.memory.recordedPrimary = true;
  },
  'record-standby': ({ state, attempt, standby, rules }) => {
    attempt.memory.standbyKnownReplica = false;
    // It never was promoted, but came back as a master that has it all, and refused writes until now.
    if (state.ghost.ruler !== standby) checkPromotion(state, standby, attempt);
    record(state, standby, rules);
    attempt.memory.recordedStandby = true;
  },
};

function record({ servers }: State, place: Place, { rewrites }: Rules): void {
  servers[place].refuses = false;
  if (rewrites) rewrite(servers[place]);
}

const onStandby = new Set<Act>(['guard', 'promote', 'mark', 'record-standby']);
const onNeither = new Set<Act>(['compare', 'switch-hook']);

/** What it decided some time ago goes to the server now, if its connection still stands. */
export function actStep(state: State, epoch: number, rules: Rules, { marks } = { marks: true }): void {
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
  acts[act]({ rules, marks, state, attempt, primary, standby });
}
