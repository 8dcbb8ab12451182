import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions<T> {
  /** What is waited for, for the message: `the replica to be in sync`. */
  what: string;
  /** @default 10000 */
  timeoutMs?: number;
  /** @default 20 */
  everyMs?: number;
  /** When to stop looking. @default a truthy value */
  until?: (seen: T) => boolean;
}

/** Looks until what it sees will do, and returns that. A look that throws is one more look. */
export async function waitFor<T>(look: () => T | Promise<T>, options: WaitOptions<T>): Promise<T> {
  const { what, timeoutMs = 10_000, everyMs = 20, until = Boolean } = options;
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await attempt(look);
    if ('value' in seen && until(seen.value)) return seen.value;
    if (Date.now() >= end) throw tooLate(`waited ${timeoutMs} ms for ${what}`, seen);
    await sleep(everyMs);
  }
}

type Seen<T> = { value: T } | { error: unknown };

async function attempt<T>(look: () => T | Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await look() };
  } catch (error) {
    return { error };
  }
}

function tooLate<T>(message: string, seen: Seen<T>): Error {
  if ('error' in seen) return new Error(`${message}; the last look failed: ${seen.error}`, { cause: seen.error });
  return new Error(`${message}; last seen: ${JSON.stringify(seen.value, null, 2)}`);
}
