import { readFile } from 'node:fs/promises';
import { record } from '../contract/collections.js';
import { MigrationError } from '../contract/errors.js';
import { Problems } from '../contract/problems.js';
import type { Hook } from './hook.js';
import { hookReader } from './hook-schema.js';
import { codeOf } from './run.js';

/** The worker's hooks, by name. */
export type Hooks = ReadonlyMap<string, Hook>;

const mostHooks = 1_000;
const remedy = 'Correct the file that REDIS_MIGRATION_HOOKS names, then start the worker again.';

/**
 * Reads the file that `REDIS_MIGRATION_HOOKS` names; no file, no hooks. Its shape: `{ NAME: { command: ["/path", ...],
 * timeout, env } | { webhook: "https://...", timeout, headers, secretEnv } }`.
 *
 * @throws MigrationError InvalidInput, with every problem at once
 */
export const loadHooks = async (file: string | undefined): Promise<Hooks> => {
  if (!file) return new Map();
  const raw = parse(
    file,
    await readFile(file, 'utf8').catch(error => fail(file, [`can't be read (${codeOf(error)})`])),
  );
  const problems = new Problems();
  const hooks = readHooks(raw, 'hooks', problems) ?? {};
  const texts = problems.texts();
  if (texts.length > 0) fail(file, texts);
  return new Map(Object.entries(hooks).map(([name, hook]) => [name, { ...hook, name }]));
};

/** @throws MigrationError HookUnknown, which lists those that there are */
export const hookNamed = (hooks: Hooks, name: string): Hook => {
  const hook = hooks.get(name);
  if (hook) return hook;
  const known = hooks.size > 0 ? `it has ${[...hooks.keys()].sort().join(', ')}` : 'it has none';
  throw new MigrationError('HookUnknown', `The worker's configuration has no hook ${name}; ${known}.`);
};

const readHooks = record(
  'letters, digits, dots, dashes and underscores, at most 64,',
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  hookReader,
  mostHooks,
);

/** The parser's own message quotes the file, which may hold tokens. */
const parse = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return fail(file, ["isn't JSON"]);
  }
};

const fail = (file: string, problems: string[]): never => {
  throw new MigrationError('InvalidInput', `The hooks in ${file}: ${problems.join('; ')}`, { remedy });
};
