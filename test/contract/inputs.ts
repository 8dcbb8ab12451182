import type { MigrationInput } from '../../src/contract/input.js';

/** The least that can be asked for. */
export const minimal = { source: { url: 'redis://old' }, target: { url: 'redis://new:6380' } } satisfies MigrationInput;

/** The input with a value put at a path such as `cutover.hooks.switch`. */
export const inputWith = (path: string, value: unknown, base: object = minimal): Record<string, unknown> => {
  const copy = structuredClone(base) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let section = copy;
  for (const name of names) {
    section[name] ??= {};
    section = section[name] as Record<string, unknown>;
  }
  section[last] = value;
  return copy;
};
