import { Context } from '@temporalio/activity';
import { countKeys as count, type KeyCount } from '../src/copy/count-keys.js';
import { reversedSelection } from '../src/selection/reversed.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

export interface CountKeys extends Scope {
  side: 'source' | 'target';
  /** How many need not be counted exactly any more; null: all. */
  enough: number | null;
}

/** Counts the keys of one side that the migration is about. */
export const countKeys =
  (deps: ActivityDeps) =>
  async ({ plan, side, enough }: CountKeys): Promise<KeyCount> => {
    const endpoints = await resolveEndpoints(plan, deps.secrets);
    const selection = side === 'source' ? Selection.of(plan) : reversedSelection(plan);
    const pulse = startPulse(null);
    const { cancellationSignal: signal } = Context.current();
    return count(endpoints[side], selection, { signal, ...(enough === null ? {} : { enough }) }).finally(pulse.stop);
  };
