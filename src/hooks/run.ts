import { MigrationError } from '../contract/errors.js';
import { TookTooLong } from './deadline.js';
import type { Hook, HookContext, HookOptions } from './hook.js';

/** One run of a hook, with all that it needs. */
export interface HookRun extends Required<HookOptions> {
  context: HookContext & { idempotencyKey: string };
  /** Without secrets. */
  hide: (text: string) => string;
}

const mostOutput = 4 * 1024;
const mostInMessage = 1_000;

/** The end of what a hook said, fit to be shown. */
export const tidy = (bytes: Buffer, { hide }: HookRun): string => {
  const plain = hide(bytes.toString('utf8')).replace(/[^\P{C}\n\t]/gu, '?');
  return Buffer.from(plain.trim()).subarray(-mostOutput).toString('utf8');
};

export const hookFailed = ({ name }: Hook, what: string, output = ''): MigrationError =>
  new MigrationError('HookFailed', `The hook ${name} ${what}${output && `: ${output.slice(-mostInMessage)}`}`);

/** What to throw for a hook that was ended early. */
export const endedEarly = (hook: Hook, { reason }: AbortSignal, output?: string): unknown =>
  reason instanceof TookTooLong
    ? hookFailed(hook, `took longer than ${hook.timeoutMs} ms and was ended`, output)
    : reason;

/** The code of a system's error: it names what is wrong, and nothing else. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown reason';
  if ('code' in error) return String(error.code);
  return error.cause === undefined ? error.name : codeOf(error.cause);
};
