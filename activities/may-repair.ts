import { assertRepairable } from '../src/verification/repairable.js';
import type { ActivityDeps } from './deps.js';
import { withBoth } from './scope.js';
import type { VerifyRequest } from './verify.js';

/** Proves that the target may be mended from the source. @returns the `run_id` of both, which are to be held meanwhile */
export const mayRepair =
  (deps: ActivityDeps) =>
  async (scope: Pick<VerifyRequest, 'name' | 'plan'>): Promise<{ source: string; target: string }> =>
    withBoth(scope, deps, assertRepairable);
