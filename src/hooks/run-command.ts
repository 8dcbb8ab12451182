import { withDeadline } from './deadline.js';
import type { CommandHook, HookResult } from './hook.js';
import { followProcess, startProcess } from './process.js';
import { codeOf, endedEarly, type HookRun, hookFailed, tidy } from './run.js';
import { Tail } from './tail.js';

/** The context goes in as JSON on standard input, and in part as variables; both outputs come back as one. */
export const runCommand = (hook: CommandHook, run: HookRun): Promise<HookResult> =>
  withDeadline(run.signal, hook.timeoutMs, async signal => {
    const tail = new Tail();
    const ending = await runProcess(hook, run, tail, signal);
    const output = tidy(tail.bytes, run);
    if (ending.stopped) throw endedEarly(hook, signal, output);
    if (ending.code === 0) return { output };
    const how = ending.code === null ? `was ended by ${ending.signal}` : `exited with code ${ending.code}`;
    throw hookFailed(hook, how, output);
  });

const runProcess = async (hook: CommandHook, run: HookRun, tail: Tail, signal: AbortSignal) => {
  try {
    const child = startProcess(hook.command, environmentOf(hook, run), JSON.stringify(run.context));
    return await followProcess(child, tail, signal);
  } catch (error) {
    throw hookFailed(hook, `can't be started (${codeOf(error)})`);
  }
};

/** Nothing of the worker's environment but this: the rest holds its secrets. */
const inherited = ['PATH', 'HOME', 'LANG'] as const;

const environmentOf = (hook: CommandHook, { context, env }: HookRun): Record<string, string> => ({
  ...Object.fromEntries(inherited.flatMap(name => (env[name] === undefined ? [] : [[name, env[name]]]))),
  ...hook.env,
  MIGRATION_WORKFLOW_ID: context.workflowId,
  MIGRATION_HOOK: hook.name,
  MIGRATION_HOOK_POINT: context.point,
  MIGRATION_METHOD: context.method,
  MIGRATION_SOURCE: context.source,
  MIGRATION_TARGET: context.target,
  MIGRATION_IDEMPOTENCY_KEY: context.idempotencyKey,
});
