import { createRedactor } from '../server/redact.js';
import type { Hook, HookContext, HookOptions, HookResult } from './hook.js';
import { runCommand } from './run-command.js';
import { runWebhook } from './run-webhook.js';

/**
 * Runs a hook once, to its end. What runs it again with the same context sends the same idempotency key.
 *
 * @throws MigrationError HookFailed: it can't start, ended badly, or took too long; the signal's reason when aborted
 */
export const runHook = async (hook: Hook, context: HookContext, options: HookOptions): Promise<HookResult> => {
  options.signal.throwIfAborted();
  const hide = hiding(hook, options);
  const run = {
    context: { ...context, idempotencyKey: idempotencyKeyOf(context) },
    env: process.env,
    ...options,
    hide,
  };
  return hook.kind === 'command' ? runCommand(hook, run) : runWebhook(hook, run);
};

/** `<workflowId>:<hook point>:<sequence>`, in printable ASCII, since it becomes a header. */
export const idempotencyKeyOf = ({ workflowId, point, sequence }: HookContext): string =>
  `${workflowId}:${point}:${sequence}`.replace(/[^\x21-\x7e]+/g, odd =>
    encodeURIComponent(Buffer.from(odd).toString()),
  );

/** A hook may repeat what its own configuration tells it, such as a token in a header. */
const hiding = (hook: Hook, { redactor }: HookOptions): ((text: string) => string) => {
  const own = createRedactor();
  for (const value of Object.values(hook.kind === 'command' ? hook.env : hook.headers)) {
    own.add(value);
    for (const word of value.split(' ')) own.add(word);
  }
  return text => own.redact(redactor.redact(text));
};
