import { isSameAddress, parseServerUrl } from './address.js';
import type { MigrationInput } from './input.js';
import { merge, withoutNulls } from './merge.js';
import { didYouMean } from './nearest.js';
import type { MigrationPlan } from './plan.js';
import { Problems } from './problems.js';
import { readInput } from './read-input.js';
import { fieldsOf, isObject } from './schema.js';
import { pathTo } from './show.js';

export type PatchedInput =
  | { input: MigrationInput; plan: MigrationPlan; problems: [] }
  | { input: MigrationInput; plan: null; problems: string[] };

const mostNamed = 20;
const serverFields = ['url', 'username', 'password', 'tls', 'addressForPeer'];
const patchable = { source: serverFields, target: [...serverFields, 'ifNotEmpty'] };
/** What a retry may put right: of the servers the fields above, of the others all. */
const sections = ['source', 'target', 'rate', 'verification', 'cutover', 'observe', 'keepSourceFor', 'accept'];

/**
 * The input with a retry's patch laid over it, judged in full again. Sections are merged field by field, null takes an
 * optional field away, `accept` is added to. Another server, method or selection is refused by name. With problems the
 * input comes back as it was.
 */
export const applyPatch = (input: MigrationInput, patch: unknown): PatchedInput => {
  const problems = new Problems();
  const fields = allowedFields(input, patch, problems);
  const patched = merge(input, fields, 3);
  const read = readInput(patched);
  const texts = [...problems.texts(), ...read.problems];
  if (read.plan === null || texts.length > 0) return { input, plan: null, problems: texts };
  return { input: withoutNulls(patched) as MigrationInput, plan: read.plan, problems: [] };
};

/** What of the patch may be laid over the input; the rest becomes problems. */
const allowedFields = (input: MigrationInput, patch: unknown, problems: Problems): Record<string, unknown> => {
  if (!isObject(patch)) return fieldsOf(patch, [], 'patch', problems) ?? {};
  const fields = pick(patch, sections, 'patch', problems);
  for (const side of ['source', 'target'] as const) {
    const server = fields[side];
    if (isObject(server)) fields[side] = sameServer(input, side, server, problems);
  }
  if (Array.isArray(fields.accept)) fields.accept = [...new Set([...(input.accept ?? []), ...fields.accept])];
  return fields;
};

const sameServer = (
  input: MigrationInput,
  side: 'source' | 'target',
  patch: Record<string, unknown>,
  problems: Problems,
): Record<string, unknown> => {
  const path = `patch.${side}`;
  const { url, ...fields } = pick(patch, patchable[side], path, problems);
  if (url === undefined) return fields;
  if (typeof url !== 'string' || !isAnotherServer(input[side].url, url)) return { ...fields, url };
  problems.add(`${path}.url`, 'names another server, which needs a migration of its own');
  return fields;
};

/** A url that isn't one is left to be refused with the rest. */
const isAnotherServer = (was: string, becomes: string): boolean => {
  const [before, after] = [parseServerUrl(was), parseServerUrl(becomes)];
  return !('refusal' in before) && !('refusal' in after) && !isSameAddress(before, after);
};

const pick = (
  patch: Record<string, unknown>,
  allowed: readonly string[],
  path: string,
  problems: Problems,
): Record<string, unknown> => {
  for (const name of Object.keys(patch)
    .filter(name => !allowed.includes(name))
    .slice(0, mostNamed)) {
    const hint = didYouMean(name, allowed) || `; it may change ${allowed.join(', ')}`;
    problems.add(pathTo(path, name), `can't be changed by a retry${hint}`);
  }
  return Object.fromEntries(Object.entries(patch).filter(([name]) => allowed.includes(name)));
};
