import { Context } from '@temporalio/activity';
import type { HookPoint } from '../src/contract/input.js';
import { hookNamed } from '../src/hooks/load-hooks.js';
import { runHook as run } from '../src/hooks/run-hook.js';
import { addressOf } from '../src/server/endpoint.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

/** Runs the hook that the plan names for a point; nothing where it names none. Resolves to what the hook said. */
export const runHook =
  (deps: ActivityDeps) =>
  async (scope: Scope & { point: HookPoint; sequence: number }): Promise<string | null> => {
    const { name, plan, point, sequence } = scope;
    const hook = plan.cutover.hooks[point];
    if (hook === undefined) return null;
    const method = plan.method === 'auto' ? 'replication' : plan.method;
    const context = {
      workflowId: name,
      point,
      sequence,
      method,
      source: addressOf(plan.source),
      target: addressOf(plan.target),
    };
    const options = { signal: Context.current().cancellationSignal, redactor: deps.redactor };
    return (await run(hookNamed(deps.hooks, hook), context, options)).output;
  };
