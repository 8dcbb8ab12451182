import { Violation } from './checks.js';
import { eventsOf } from './events.js';
import { step } from './explore.js';
import { keyOf } from './key.js';
import { KeySet } from './key-set.js';
import type { Rules } from './rules.js';
import type { State } from './state.js';

interface Path {
  state: State;
  label: string;
  before: Path | null;
}

/** The shortest way to a violation, for a person to read; null when there is none within the limit. */
export function shortest(initial: State, rules: Rules, limit: number): { violation: string; trace: string[] } | null {
  const seen = new KeySet();
  let level: Path[] = [{ state: initial, label: '', before: null }];
  while (level.length > 0 && seen.size < limit) {
    const next: Path[] = [];
    for (const path of level) {
      for (const event of eventsOf(path.state, rules)) {
        const state = step(path.state, event);
        if (state instanceof Violation) return { violation: state.message, trace: [...labels(path), event.label] };
        if (seen.add(keyOf(state))) next.push({ state, label: event.label, before: path });
      }
    }
    level = next;
  }
  return null;
}

function labels(path: Path): string[] {
  const found: string[] = [];
  for (let at: Path | null = path; at?.before; at = at.before) found.unshift(at.label);
  return found;
}
