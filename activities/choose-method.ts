import { chooseMethod as choose, type MethodChoice } from '../src/preflight/choose-method.js';
import { readContext } from '../src/preflight/context.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

/** What `auto` comes to for these two servers, and why. Changes nothing. */
export const chooseMethod =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<MethodChoice> =>
    withBoth(scope, deps, async (source, target) => choose(await readContext(scope.plan, source, target, deps.live)));
