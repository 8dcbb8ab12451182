import { Violation } from './checks.js';
import { type Event, eventsOf } from './events.js';
import { keyOf } from './key.js';
import { KeySet } from './key-set.js';
import type { Rules } from './rules.js';
import { clone, type State } from './state.js';

export interface Exploration {
  states: number;
  /** All that can be reached was seen. */
  complete: boolean;
  violation: string | null;
  /** How it came to that. */
  trace: string[];
}

interface Frame {
  state: State;
  events: Event[];
  /** Of the one that is being followed. */
  at: number;
}

/** Goes through every order of events, depth first, each state once. */
export function explore(initial: State, rules: Rules, limit: number): Exploration {
  const seen = new KeySet();
  seen.add(keyOf(initial));
  const frames: Frame[] = [{ state: initial, events: eventsOf(initial, rules), at: -1 }];
  for (let top = frames.at(-1); top; top = frames.at(-1)) {
    const event = top.events[++top.at];
    if (!event) {
      frames.pop();
      continue;
    }
    const state = step(top.state, event);
    if (state instanceof Violation) return { ...result(seen, false), violation: state.message, trace: labels(frames) };
    if (!seen.add(keyOf(state))) continue;
    if (seen.size >= limit) return result(seen, false);
    frames.push({ state, events: eventsOf(state, rules), at: -1 });
  }
  return result(seen, true);
}

export function step(from: State, event: Event): State | Violation {
  const state = clone(from);
  try {
    event.apply(state);
    return state;
  } catch (error) {
    if (error instanceof Violation) return error;
    throw error;
  }
}

const result = ({ size }: KeySet, complete: boolean): Exploration => ({
  states: size,
  complete,
  violation: null,
  trace: [],
});

const labels = (frames: Frame[]): string[] => frames.map(({ events, at }) => events[at]?.label ?? '');
