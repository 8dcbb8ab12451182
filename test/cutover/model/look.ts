import type { Decision } from '../../../src/cutover/decide.js';
import { type Addresses, isKnownReplica, type Observed } from '../../../src/cutover/situation.js';
import { parkingAddress } from '../../../src/replication/state.js';
import { finish } from './checks.js';
import { isFencedOff } from './hold.js';
import type { Rules } from './rules.js';
import { firstOffset } from './server.js';
import { type ModelAttempt, type Place, peerOf, type State, source } from './state.js';

const addressAt = (place: Place) => ({ host: place === source ? 'source' : 'target', port: 6379 });

const addressesOf = (primary: Place): Addresses => ({
  primary: addressAt(primary),
  standby: addressAt(peerOf(primary)),
});

/** One side's INFO and marker, as `observe` of src/cutover/observe.ts gives it. */
export function lookStep(state: State, epoch: number, place: Place, rules: Rules): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  const isLost = attempt.hold[place] === 'held' && !attempt.connected[place];
  if (isLost && isFencedOff(state, epoch, place, rules)) finish(state, epoch, 'superseded');
  else if (isLost && rules.onLost === 'look again') lookAgain(state, epoch, place);
  else seeOne(state, epoch, place, rules);
}

function seeOne(state: State, epoch: number, place: Place, rules: Rules): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  attempt.seen[place] = attempt.connected[place] ? observed(state, attempt, place) : null;
  if (attempt.seen[peerOf(place)] !== undefined) conclude(state, epoch, rules);
}

function lookAgain(state: State, epoch: number, place: Place): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if (place === attempt.primary) {
    finish(state, epoch, 'threw');
    return;
  }
  Object.assign(attempt, { step: 'hold', seen: [undefined, undefined] });
  attempt.hold[place] = 'none';
}

function observed({ servers }: State, { primary }: ModelAttempt, place: Place): Observed {
  const server = servers[place];
  const { role, linkUp, replid, replid2, secondOffset, offset, marker } = server;
  return {
    runId: '',
    role: role === 'master' ? 'master' : 'replica',
    master: role === 'master' ? null : role === 'parked' ? parkingAddress : addressAt(peerOf(place)),
    linkUp,
    syncInProgress: false,
    replid: String(replid),
    replid2: String(replid2),
    secondOffset,
    offset,
    backlogFirstOffset: firstOffset(server),
    backlogSize: 1,
    replicas: 0,
    promoted: marker === peerOf(primary),
    refuses: role === 'master' && server.refuses,
  };
}

/** `next` of src/cutover/reconcile.ts: what was seen goes to memory, and then to the real `decide`. */
function conclude(state: State, epoch: number, rules: Rules): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  const [primary, standby] = [attempt.seen[attempt.primary] ?? null, attempt.seen[peerOf(attempt.primary)] ?? null];
  if (isKnownReplica(primary, standby)) attempt.memory.standbyKnownReplica = true;
  const { memory } = attempt;
  memory.lostSince = primary || standby?.linkUp ? null : (memory.lostSince ?? memory.now);
  attempt.vouched = attempt.acceptLoss !== null && !primary && !standby?.linkUp;
  attempt.seen = [undefined, undefined];
  const limits = { ...baseLimits, acceptLossBytes: attempt.acceptLoss, hasSwitchHook: rules.hasSwitchHook };
  const pair = { primary, standby };
  follow(state, epoch, rules.decide(attempt.goal, pair, addressesOf(attempt.primary), attempt.memory, limits));
}

const baseLimits = { drainTimeoutMs: 1000, maxLagBytes: 1_000_000, lastPrimaryOffset: 1 };

function follow(state: State, epoch: number, decision: Decision): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  if ('end' in decision) finish(state, epoch, decision);
  else if (decision.act !== 'wait') Object.assign(attempt, { act: decision.act, step: 'decided' });
}
