import type { CommandHook, HookContext, HookOptions, WebhookHook } from '../../src/hooks/hook.js';
import { createRedactor } from '../../src/server/redact.js';

export const context: HookContext = {
  workflowId: 'migrate-old-new',
  point: 'switch',
  sequence: 3,
  method: 'replication',
  source: 'old:6379',
  target: '[::1]:6380',
};

/** A hook that runs JavaScript in a process of its own. */
export const nodeHook = (script: string, hook: Partial<CommandHook> = {}): CommandHook => ({
  kind: 'command',
  name: 'dns',
  command: [process.execPath, '-e', script],
  timeoutMs: 10_000,
  env: {},
  ...hook,
});

/** A hook that runs a shell script, which starts faster. */
export const shellHook = (script: string, hook: Partial<CommandHook> = {}): CommandHook =>
  nodeHook('', { command: ['/bin/sh', '-c', script], ...hook });

export const webhook = (url: string, hook: Partial<WebhookHook> = {}): WebhookHook => ({
  kind: 'webhook',
  name: 'notify',
  url,
  timeoutMs: 10_000,
  headers: {},
  secretEnv: null,
  ...hook,
});

export const options = (more: Partial<HookOptions> = {}): HookOptions => ({
  signal: new AbortController().signal,
  redactor: createRedactor(),
  ...more,
});

/** What a promise is rejected with. */
export const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expectedError,
    (error: unknown) => error,
  );
const expectedError = new Error('it was expected to fail');
