import { actStep, refusable, refusedStep } from './act.js';
import { checkRestart, checkSync, finish } from './checks.js';
import { crash, restart } from './crash.js';
import { cleanUp, holdStep } from './hold.js';
import { lookStep } from './look.js';
import type { Rules } from './rules.js';
import { append, canSync, datasetOf, isWritable, nextEntry, sync, takesWrites } from './server.js';
import {
  type Budget,
  flush,
  type ModelAttempt,
  type Place,
  peerOf,
  ping,
  type State,
  source,
  target,
} from './state.js';

/** Something that may happen next. `apply` changes the state that it is given, or throws a Violation. */
export interface Event {
  label: string;
  apply(state: State): void;
}

const names = ['source', 'target'] as const;
const places = [source, target] as const;

/** Everything that may happen in this state. */
export function eventsOf(state: State, rules: Rules): Event[] {
  const events: Event[] = [];
  for (const place of places) events.push(...ofServer(state, place, rules));
  state.attempts.forEach((attempt, epoch) => {
    events.push(...ofAttempt(state, attempt, epoch, rules));
  });
  state.attempts.forEach(({ step }, epoch) => {
    if (state.left.deaths > 0 && step !== 'new' && step !== 'ended') {
      events.push(spend(`attempt ${epoch} dies`, 'deaths', at => finish(at, epoch, 'threw')));
    }
  });
  if (state.left.cleanUps > 0 && isOver(state)) events.push(spend('clean up', 'cleanUps', cleanUp));
  return events;
}

const spend = (label: string, from: keyof Budget, apply: (state: State) => void): Event => ({
  label,
  apply: state => {
    state.left[from]--;
    apply(state);
  },
});

/** Spends, and counts as a fault: from now on an attempt may end without an outcome. */
const fault = (label: string, from: keyof Budget, apply: (state: State) => void): Event =>
  spend(label, from, state => {
    state.ghost.faults++;
    apply(state);
  });

function ofServer(state: State, place: Place, rules: Rules): Event[] {
  const server = state.servers[place];
  const { left, ghost } = state;
  const name = names[place];
  const events: Event[] = [];
  const may = (condition: boolean, event: () => Event) => condition && events.push(event());
  if (!server.up) return [{ label: `${name} restarts`, apply: at => comeBack(at, place, rules) }];
  const takesWrites = isWritable(server) && ghost.ruler === place;
  may(takesWrites && left.writes > 0, () => spend(`write on ${name}`, 'writes', at => write(at, place)));
  may(server.role === 'master' && left.pings > 0, () =>
    spend(`${name} pings`, 'pings', at => append(at.servers[place], ping)),
  );
  may(nextEntry(state, place) !== undefined, () => ({ label: `${name} applies`, apply: at => apply(at, place) }));
  may(canSync(state, place), () => ({ label: `${name} syncs`, apply: at => follow(at, place) }));
  may(mayFollowAgain(state, place), () => ({
    label: `the watch lets ${name} follow`,
    apply: at => letFollow(at, place),
  }));
  may(server.linkUp && left.drops > 0, () => spend(`link of ${name} drops`, 'drops', at => drop(at, place)));
  may(server.paused, () => ({ label: `pause of ${name} expires`, apply: at => unpause(at, place) }));
  may(left.crashes > 0, () => fault(`${name} crashes`, 'crashes', at => crash(at, place)));
  may(left.saves > 0, () => spend(`${name} saves`, 'saves', at => save(at, place)));
  may(left.flushes > 0 && takesWrites, () => fault(`FLUSHALL on ${name}`, 'flushes', at => flushAll(at, place)));
  return events;
}

function follow(state: State, place: Place): void {
  sync(state, place);
  checkSync(state);
}

/** The watch rests while a cutover is tried, and judges the master before. */
function mayFollowAgain({ servers, attempts, ghost }: State, place: Place): boolean {
  const { up, role, linkUp, shutOut } = servers[place];
  const master = servers[peerOf(place)];
  const rests = attempts.some(({ step }) => step !== 'new' && step !== 'ended');
  const isOut = up && role === 'follows-peer' && !linkUp && shutOut;
  return isOut && !rests && ghost.ruler !== place && master.up && takesWrites(master);
}

function letFollow({ servers }: State, place: Place): void {
  servers[place].shutOut = false;
}

function write(state: State, place: Place): void {
  const number = Math.clz32(0) - Math.clz32(state.ghost.acknowledged) + 1;
  state.ghost.acknowledged |= 1 << (number - 1);
  append(state.servers[place], number);
}

const apply = (state: State, place: Place): void => append(state.servers[place], nextEntry(state, place) as number);

function drop({ servers }: State, place: Place): void {
  servers[place].linkUp = false;
}

function unpause({ servers }: State, place: Place): void {
  servers[place].paused = false;
}

function save({ servers }: State, place: Place): void {
  servers[place].saved = datasetOf(servers[place]);
}

function flushAll({ servers, ghost }: State, place: Place): void {
  append(servers[place], flush);
  ghost.excused = ghost.acknowledged;
}

function comeBack(state: State, place: Place, { persistence }: Rules): void {
  restart(state, place, persistence[place]);
  checkRestart(state, place);
}

const isOver = ({ attempts }: State): boolean =>
  attempts.some(({ end }) => end !== null && typeof end !== 'string' && end.end !== 'unfinished');

function ofAttempt(state: State, attempt: ModelAttempt, epoch: number, rules: Rules): Event[] {
  const who = `attempt ${epoch} (${attempt.goal})`;
  switch (attempt.step) {
    case 'new':
      return mayBegin(state, epoch, rules) ? [{ label: `${who} begins`, apply: at => begin(at, epoch) }] : [];
    case 'hold':
      return places.flatMap(place => ofHold(state, attempt, epoch, place, rules));
    case 'observe':
      return [...ofLook(attempt, epoch, rules), ...ofClock(state, attempt, epoch)];
    case 'decided':
      return [
        { label: `${who}: ${attempt.act}`, apply: at => actStep(at, epoch, rules) },
        ...ofRefusal(state, attempt, epoch, rules),
      ];
    case 'ended':
      return [];
  }
}

/** A retry may begin whenever the one before has begun; a rollback only after a switch. */
function mayBegin({ attempts }: State, epoch: number, { anyOrder }: Rules): boolean {
  const [own, before] = [attempts[epoch], attempts[epoch - 1]];
  const isSwitched = attempts.some(({ end }) => end !== null && typeof end !== 'string' && end.end === 'switched');
  if (own?.primary === target && !isSwitched) return false;
  return anyOrder || !before || before.step !== 'new' || before.primary !== own?.primary;
}

/** The workflow asks for nothing forward once it goes back: one that begins all the same is a leftover. */
function begin({ attempts, ghost }: State, epoch: number): void {
  const attempt = attempts[epoch] as ModelAttempt;
  if (attempt.primary === source && attempts.some(({ primary, step }) => primary === target && step !== 'new')) {
    ghost.faults++;
  }
  attempt.step = 'hold';
}

function ofHold(state: State, { hold }: ModelAttempt, epoch: number, place: Place, rules: Rules): Event[] {
  if (hold[place] === 'held' || hold[place] === 'gone') return [];
  const label = `attempt ${epoch} takes the ${names[place]}: ${hold[place]}`;
  const events = [{ label, apply: (at: State) => holdStep(at, epoch, place, rules) }];
  if (hold[place] === 'none' && state.left.partitions > 0) {
    events.push(
      fault(`attempt ${epoch} can't reach the ${names[place]}`, 'partitions', at => lose(at, epoch, place, rules)),
    );
  }
  return events;
}

function lose(state: State, epoch: number, place: Place, rules: Rules): void {
  const { up } = state.servers[place];
  state.servers[place].up = false;
  holdStep(state, epoch, place, rules);
  state.servers[place].up = up;
}

function ofLook(attempt: ModelAttempt, epoch: number, rules: Rules): Event[] {
  return places
    .filter(place => attempt.seen[place] === undefined)
    .map(place => ({
      label: `attempt ${epoch} looks at the ${names[place]}`,
      apply: at => lookStep(at, epoch, place, rules),
    }));
}

const long = -1_000_000;
const clocks = ['fencedAt', 'parkedAt', 'relinkedAt', 'lostSince'] as const;

/** A link that can come up does so before any grace is over. */
function ofClock(state: State, { memory, seen, primary }: ModelAttempt, epoch: number): Event[] {
  const isRunning = clocks.some(name => memory[name] === memory.now);
  if (!isRunning || seen.some(one => one !== undefined)) return [];
  if (memory.lostSince === memory.now && canSync(state, peerOf(primary))) return [];
  return [{ label: `time passes for attempt ${epoch}`, apply: at => passTime(at, epoch) }];
}

function passTime({ attempts }: State, epoch: number): void {
  const { memory } = attempts[epoch] as ModelAttempt;
  for (const name of clocks) if (memory[name] === memory.now) memory[name] = long;
}

/** A server that won't carry it out, and one that promotes without writing the mark. */
function ofRefusal({ left }: State, { act }: ModelAttempt, epoch: number, rules: Rules): Event[] {
  const events: Event[] = [];
  if (left.refusals > 0 && act !== null && refusable.has(act)) {
    events.push(fault(`${act} is refused`, 'refusals', at => refusedStep(at, epoch)));
  }
  if (left.unmarked > 0 && act === 'promote') {
    events.push(spend('promoted without its mark', 'unmarked', at => actStep(at, epoch, rules, { marks: false })));
  }
  return events;
}
