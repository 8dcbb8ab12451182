import type { HookPoint, Method } from '../contract/input.js';
import type { Redactor } from '../server/redact.js';

/** What a hook's name stands for: the worker's configuration, never a migration's input. */
export type Hook = CommandHook | WebhookHook;

export interface CommandHook {
  kind: 'command';
  name: string;
  /** An absolute path and its arguments; no shell reads them. */
  command: readonly [string, ...string[]];
  timeoutMs: number;
  env: Readonly<Record<string, string>>;
}

export interface WebhookHook {
  kind: 'webhook';
  name: string;
  url: string;
  timeoutMs: number;
  headers: Readonly<Record<string, string>>;
  /** The variable of the worker's environment that holds the key of the signature. */
  secretEnv: string | null;
}

/** What a hook is told, as JSON. Holds no secret. */
export interface HookContext {
  workflowId: string;
  point: HookPoint;
  /** Counts the runs of this hook point in a migration; a run that is tried again keeps its number. */
  sequence: number;
  method: Method;
  /** `host:port` */
  source: string;
  /** `host:port` */
  target: string;
}

export interface HookOptions {
  /** Ends the hook; `runHook` then throws its reason. */
  signal: AbortSignal;
  /** Hides what the worker resolved in what the hook says. */
  redactor: Redactor;
  /** The worker's environment. @default process.env */
  env?: Readonly<Record<string, string | undefined>>;
}

export interface HookResult {
  /** The end of what the hook said: at most 4 KiB, without secrets and control characters. */
  output: string;
}
