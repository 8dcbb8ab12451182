import { MigrationError } from '../contract/errors.js';
import type { SecretReference } from '../contract/input.js';
import type { Redactor } from './redact.js';
import { readSecretFile } from './secret-file.js';

export interface SecretSettings {
  /** Environment names that a migration may refer to; `*` stands for any letters. @default SOURCE_*, TARGET_*, REDIS_* */
  envGlobs: readonly string[];
  /** The directory whose files a migration may refer to. @default "/run/secrets" */
  dir: string;
}
export interface SecretResolverOptions extends SecretSettings {
  env: Readonly<Record<string, string | undefined>>;
  /** Told every value that was resolved. */
  redactor: Redactor;
}
export interface SecretResolver {
  /** @throws MigrationError SecretUnavailable, which names the reference and never what it holds */
  resolve(reference: SecretReference): Promise<string>;
}

/** Turns references into secrets, as far as the worker's allow-list goes. */
export const createSecretResolver = (options: SecretResolverOptions): SecretResolver => ({
  resolve: async reference => {
    const secret = await read(reference, options);
    if (secret === '') throw unavailable(reference, 'is empty');
    options.redactor.add(secret);
    return secret;
  },
});

/** The allow-list, from `REDIS_MIGRATION_SECRET_ENV` and `REDIS_MIGRATION_SECRET_DIR`. */
export const secretSettings = (env: Readonly<Record<string, string | undefined>>): SecretSettings => ({
  envGlobs: (env.REDIS_MIGRATION_SECRET_ENV ?? 'SOURCE_*,TARGET_*,REDIS_*')
    .split(',')
    .map(glob => glob.trim())
    .filter(glob => glob !== ''),
  dir: env.REDIS_MIGRATION_SECRET_DIR || '/run/secrets',
});

const read = async (reference: string, options: SecretResolverOptions): Promise<string> => {
  if (reference.startsWith('env:')) return readEnv(reference, reference.slice('env:'.length), options);
  if (!reference.startsWith('file:')) {
    // It may be the password itself.
    throw new MigrationError('SecretUnavailable', 'A secret is no reference: expected env:NAME or file:PATH.');
  }
  const found = await readSecretFile(options.dir, reference.slice('file:'.length));
  if ('refusal' in found) throw unavailable(reference, found.refusal);
  return found.text;
};

const readEnv = (reference: string, name: string, { env, envGlobs }: SecretResolverOptions): string => {
  if (!isAllowed(name, envGlobs)) {
    throw unavailable(reference, `is not allowed here; REDIS_MIGRATION_SECRET_ENV allows ${envGlobs.join(',')}`);
  }
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) throw unavailable(reference, "is not set in the worker's environment");
  return value;
};

/** The worker's own settings hold the keys to Temporal: no glob opens them, in whatever case. */
const isAllowed = (name: string, globs: readonly string[]): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) &&
  !/^(REDIS_MIGRATION|TEMPORAL)_/i.test(name) &&
  globs.some(glob => matches(glob, name));

const matches = (glob: string, name: string): boolean => {
  const pieces = glob.split('*').map(piece => piece.replace(/[^A-Za-z0-9_]/g, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`).test(name);
};

const unavailable = (reference: string, why: string): MigrationError =>
  new MigrationError('SecretUnavailable', `The secret ${shown(reference)} ${why}.`);

const shown = (reference: string): string => JSON.stringify(reference.slice(0, 200)).slice(1, -1);
