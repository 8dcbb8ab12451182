import type { End } from '../../../src/cutover/decide.js';
import { takesWrites } from './server.js';
import { type ModelAttempt, type Place, peerOf, type State } from './state.js';

/** What must never be: the checker's finding. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const wanting = ({ ghost }: State): number => ghost.acknowledged & ~ghost.excused;
const missingOn = (state: State, place: Place): number => wanting(state) & ~state.servers[place].writes;

/** A promotion while the other still takes writes, or of a server that lacks some, is the end of somebody's data. */
export function checkPromotion(state: State, standby: Place, { acceptLoss, vouched, primary }: ModelAttempt): void {
  const { servers, ghost } = state;
  const other = servers[primary];
  // Without a configuration file it may restart as a master just when it was seen parked: it is parked again at once.
  const strayed = other.file === null && ghost.faults > 0;
  if (other.up && takesWrites(other) && !vouched && !strayed) {
    throw new Violation('promoted while the primary takes writes');
  }
  const behind = Math.max(0, other.offset - servers[standby].offset);
  const accepted = vouched || strayed || (acceptLoss !== null && behind <= acceptLoss);
  if (missingOn(state, standby) !== 0 && !accepted) throw new Violation('promoted without acknowledged writes');
  ghost.excused |= missingOn(state, standby);
  ghost.ruler = standby;
  ghost.linkedBack = false;
  ghost.vouched ||= vouched;
}

/** One who still reaches it, while the operator has vouched that it is gone, proves them wrong: nothing helps there. */
export function checkUnparking(state: State, primary: Place, { goal }: ModelAttempt): void {
  if (takesWrites(state.servers[primary]) || state.ghost.vouched) return;
  if (state.ghost.ruler !== primary) throw new Violation('un-parked after the other was promoted');
  // Who gives up takes it as it came back from a crash; the other keeps its copy.
  if (goal === 'withdraw' && state.ghost.faults > 0) state.ghost.excused |= missingOn(state, primary);
  if (missingOn(state, primary) !== 0) throw new Violation('un-parked without acknowledged writes');
}

/**
 * What a server itself lost: a write that is nowhere any more, or that the one master came back without (its replica
 * follows it there, and no cutover has a say). A master that comes back beside the other one is no crash's right.
 */
export function checkRestart(state: State, place: Place): void {
  const { servers, ghost } = state;
  const server = servers[place];
  if (takesWrites(server) && server.file && ghost.ruler !== place && !ghost.vouched)
    throw new Violation('restarted as a second master');
  if (ghost.ruler === place && isReplicaOfBefore(state, place)) {
    ghost.ruler = peerOf(place);
    ghost.excused |= missingOn(state, ghost.ruler);
  }
  ghost.excused |= wanting(state) & ~(servers[0].writes | servers[1].writes);
  if (ghost.ruler === place && (takesWrites(server) || ghost.linkedBack)) ghost.excused |= missingOn(state, place);
}

/** Its promotion, and all that was written since, was lost with it: what it has is what the other has. */
const isReplicaOfBefore = ({ servers }: State, place: Place): boolean =>
  servers[place].role === 'follows-peer' &&
  servers[place].marker !== place &&
  servers[place].replid === servers[peerOf(place)].replid;

/** What the new master lost by its own restart, in the moment before it is followed, is lost with it. */
export function checkLinkBack(state: State): void {
  const { ghost } = state;
  ghost.linkedBack = true;
  if (ghost.faults > 0) ghost.excused |= missingOn(state, ghost.ruler);
}

/** A full resync takes the replica's data away: by right only where the master has it all, or lost it by itself. */
export function checkSync(state: State): void {
  const kept = state.servers[0].writes | state.servers[1].writes;
  if ((wanting(state) & ~kept) !== 0) throw new Violation('followed a master that lacks acknowledged writes');
}

/** What a later attempt has brought to an end must stay so, unless a server's own loss let an earlier one in. */
export function checkLate({ attempts, ghost }: State, epoch: number): void {
  if (ghost.faults > 0 || ghost.cleaned) return;
  const isOver = attempts.slice(epoch + 1).some(({ end }) => end !== null && typeof end !== 'string');
  if (isOver) throw new Violation('acted after a later attempt had ended');
}

/** The end of an attempt; what the newest one says at its end must be so. */
export function finish(state: State, epoch: number, end: End | 'superseded' | 'threw'): void {
  const attempt = state.attempts[epoch] as ModelAttempt;
  Object.assign(attempt, { step: 'ended', end, act: null, connected: [false, false], seen: [undefined, undefined] });
  const isNewest = state.attempts.slice(epoch + 1).every(({ step }) => step === 'new');
  if (isNewest && typeof end !== 'string' && !isAnotherAtWork(state)) checkEnd(state, attempt, end);
}

/** One of before, let in by a server that a crash made forget the later ones: what it began it ends itself. */
const isAnotherAtWork = ({ attempts }: State): boolean =>
  attempts.some(({ step, connected }) => (step === 'observe' || step === 'decided') && connected.includes(true));

function checkEnd(state: State, { primary, hold }: ModelAttempt, end: End): void {
  const forward = end.end === 'switched' || end.end === 'too-late';
  if (end.end === 'unfinished') {
    if (state.ghost.faults === 0) throw new Violation(`unfinished, though nothing failed: ${end.why}`);
    return;
  }
  const ruler = forward ? peerOf(primary) : primary;
  // One that reached only one of them fences nobody off on the other: an attempt of before may have gone on there.
  if (state.ghost.ruler !== ruler && (nothingTells(state, hold) || (!forward && hold.includes('gone')))) return;
  if (state.ghost.ruler !== ruler) throw new Violation(`${end.end}, but the other server is the master`);
  checkRuler(state, ruler, end.end);
  // A pause of the new master's own past ends by itself.
  if (!forward && state.servers[ruler].paused) throw new Violation(`${end.end}, but the fence is left up`);
}

/**
 * The old primary came back as a master, having no configuration file or never having been parked; and the mark on the
 * other is lost, or can't be read from here.
 */
function nothingTells({ servers, ghost: { ruler, vouched } }: State, hold: ModelAttempt['hold']): boolean {
  const other = servers[peerOf(ruler)];
  const isMarked = servers[ruler].marker === ruler && hold[ruler] !== 'gone';
  return !isMarked && other.role === 'master' && (other.file === null || vouched);
}

function checkRuler(state: State, ruler: Place, how: string): void {
  const server = state.servers[ruler];
  if (!server.up) return;
  if (!takesWrites(server)) throw new Violation(`${how}, but nobody takes writes`);
  if (server.file?.refuses || (server.file && server.file.role !== 'master'))
    throw new Violation(`${how}, but it would refuse writes after a restart`);
  if (missingOn(state, ruler) !== 0) throw new Violation(`${how}, but acknowledged writes are lost`);
}
