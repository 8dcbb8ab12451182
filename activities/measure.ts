import { Context } from '@temporalio/activity';
import { type Baseline, measureBaseline } from '../src/preflight/baseline.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

/** The source's write rate, load, errors and latency before anything changes. */
export const measure =
  (deps: ActivityDeps) =>
  async (scope: Scope & { durationMs: number }): Promise<Baseline> =>
    withBoth(scope, deps, (source, target) =>
      measureBaseline(source, target, { durationMs: scope.durationMs, signal: Context.current().cancellationSignal }),
    );
