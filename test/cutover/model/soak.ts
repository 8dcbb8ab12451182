import { setImmediate as breathe } from 'node:timers/promises';
import { explore } from './explore.js';
import { initialOf, rulesOf } from './scope.js';
import { largeScopes } from './scopes.js';
import { shortest } from './shortest.js';
import { walk } from './walk.js';

export interface SoakResult {
  histories: number;
  steps: number;
  /** How many attempts ended in which way. */
  ends: Record<string, number>;
}

/**
 * Random histories, from as many seeds.
 * @throws Error with the seed and the history of the first that went wrong
 */
export async function modelSoak({ seed, rounds }: { seed: number; rounds: number }): Promise<SoakResult> {
  const result: SoakResult = { histories: 0, steps: 0, ends: {} };
  for (; result.histories < rounds; result.histories++) {
    const { steps, ends } = walk(seed + result.histories);
    result.steps += steps;
    for (const end of ends) result.ends[end] = (result.ends[end] ?? 0) + 1;
    if (result.histories % 100 === 0) await breathe();
  }
  return result;
}

/**
 * The scopes that take minutes.
 * @throws Error with the shortest history that was found to something that must not be
 */
export async function exploreLargeScopes({ limit = 5_000_000 } = {}): Promise<Record<string, number>> {
  const states: Record<string, number> = {};
  for (const scope of largeScopes) {
    const [initial, rules] = [initialOf(scope), rulesOf(scope)];
    const found = explore(initial, rules, limit);
    if (found.violation) {
      const { violation, trace } = shortest(initial, rules, limit) ?? found;
      throw new Error(`${scope.name}: ${violation}\n  ${trace.join('\n  ')}`);
    }
    states[scope.name] = found.states;
    await breathe();
  }
  return states;
}
