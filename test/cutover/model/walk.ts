import { Random } from '../../../soak/random.js';
import { decide, type Goal } from '../../../src/cutover/decide.js';
import { Violation } from './checks.js';
import type { Persistence } from './crash.js';
import { type Event, eventsOf } from './events.js';
import { step } from './explore.js';
import type { Rules } from './rules.js';
import { initialOf, newAttempt, rulesOf, type Scope } from './scope.js';
import { type Place, type State, source, target } from './state.js';

export interface Walk {
  steps: number;
  ends: string[];
}

/**
 * One long random history: several attempts, stopped and going on at any moment, crashes, cuts, partitions. Afterwards
 * nothing fails any more, and a last attempt must bring it to an end.
 * @throws Error with the seed and the history when something happened that must not
 */
export function walk(seed: number, decider: typeof decide = decide): Walk {
  const random = new Random(seed);
  const scope = randomScope(random, decider);
  const path: string[] = [];
  try {
    const wandered = wander({ state: initialOf(scope), rules: rulesOf(scope), random, path });
    const state = settle(wandered, rulesOf(scope), path, random.pick(['switch', 'withdraw']));
    return { steps: path.length, ends: state.attempts.map(({ end }) => nameOf(end)) };
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    const how = JSON.stringify({ ...scope, rules: { ...scope.rules, decide: undefined } });
    throw new Error(`seed ${seed}: ${error.message}\n${how}\n  ${path.join('\n  ')}`);
  }
}

const nameOf = (end: State['attempts'][number]['end']): string =>
  end === null || typeof end === 'string' ? String(end) : end.end;

function randomScope(random: Random, decider: typeof decide): Scope {
  const upTo = (most: number) => random.integer(0, most);
  const consents = random.chance(0.4);
  const persistence = (): Persistence => random.pick(['aof', 'rdb', 'none']);
  return {
    name: 'random',
    attempts: [
      ...Array.from({ length: random.integer(1, 3) }, () => ({
        goal: random.pick<Goal>(['switch', 'switch', 'withdraw']),
        ...(consents && random.chance(0.5) ? { acceptLoss: upTo(4) } : {}),
      })),
      ...Array.from({ length: Math.max(0, random.integer(-2, 2)) }, () => ({
        goal: 'switch' as const,
        primary: target as Place,
      })),
    ],
    budget: {
      ...{ writes: upTo(6), pings: upTo(3), drops: upTo(3), cleanUps: upTo(1), deaths: upTo(1) },
      ...(random.chance(0.7) ? { crashes: upTo(3), saves: upTo(2), flushes: upTo(1), partitions: upTo(1) } : {}),
      ...(random.chance(0.2) ? { refusals: 1 } : {}),
      // Without its mark a promotion is known by its offset, which one with a loss does not have.
      ...(consents || random.chance(0.8) ? {} : { unmarked: 1 }),
    },
    configFile: random.chance(0.8),
    rules: {
      decide: decider,
      persistence: [persistence(), persistence()],
      form: random.pick(['users', 'connections']),
      hasSwitchHook: random.chance(0.5),
      anyOrder: random.chance(0.2),
    },
  };
}

interface Wandering {
  state: State;
  rules: Rules;
  random: Random;
  path: string[];
}

/** Rare events stay rare, so that attempts get somewhere; each walk has its own idea of how rare. */
function wander({ state, rules, random, path }: Wandering): State {
  const rarity = random.pick([0.02, 0.1, 0.5]);
  const most = random.integer(10, 250);
  let at = state;
  for (let taken = 0; taken < most; taken++) {
    const events = eventsOf(at, rules);
    const usual = events.filter(({ label }) => !isRare(label));
    const from = usual.length > 0 && !random.chance(rarity) ? usual : events;
    if (from.length === 0) return at;
    at = take(at, random.pick(from), path);
  }
  return at;
}

const isRare = (label: string): boolean =>
  /crash|dies|drops|expires|reach|FLUSHALL|refused|begins|clean up/.test(label);

function take(state: State, event: Event, path: string[]): State {
  path.push(event.label);
  const next = step(state, event);
  if (next instanceof Violation) throw next;
  return next;
}

/** Everything comes back, every attempt so far stays stopped, and one more has all the time it wants. */
function settle(from: State, rules: Rules, path: string[], wanted: Goal): State {
  const isGoingBack = from.attempts.some(({ primary, step }) => primary === target && step !== 'new');
  const last = isGoingBack ? newAttempt('switch', target, null) : newAttempt(wanted, source, null);
  last.step = 'hold';
  path.push(`and then, undisturbed, a ${last.goal} of the ${isGoingBack ? 'target' : 'source'}:`);
  const attempts = [...from.attempts, last];
  return untilEnded({ ...from, attempts, left: { ...from.left, ...undisturbed } }, attempts.length - 1, rules, path);
}

const undisturbed = { partitions: 0, refusals: 0, unmarked: 0 };

function untilEnded(from: State, epoch: number, rules: Rules, path: string[]): State {
  let state = from;
  for (let taken = 0; taken < 300; taken++) {
    if (state.attempts[epoch]?.step === 'ended') return state;
    const events = eventsOf(state, rules).filter(({ label }) => isOrderly(label, epoch));
    const event = events[taken % events.length];
    if (!event) throw new Violation('the last attempt is stuck');
    state = take(state, event, path);
  }
  throw new Violation('the last attempt never ends');
}

const isOrderly = (label: string, epoch: number): boolean =>
  /restarts|applies|syncs/.test(label) || label.includes(`attempt ${epoch}`);
