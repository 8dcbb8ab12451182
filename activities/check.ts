import type { CheckResult } from '../src/contract/checks.js';
import type { Baseline } from '../src/preflight/baseline.js';
import { readContext } from '../src/preflight/context.js';
import { type CheckStep, runChecks } from '../src/preflight/index.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

/** Every pre-check of a step. Changes nothing. */
export const check =
  (deps: ActivityDeps) =>
  async (scope: Scope & { step: CheckStep; baseline: Baseline | null }): Promise<CheckResult[]> =>
    withBoth(scope, deps, async (source, target) =>
      runChecks(scope.step, await readContext(scope.plan, source, target, deps.live, scope.baseline)),
    );
