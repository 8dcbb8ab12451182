import { loadClientConfigProfile, toClientOptions } from '@temporalio/envconfig';
import { defaultTaskQueue } from '../../contract/messages.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';

export interface ConnectionFlags {
  profile?: string;
  address?: string;
  namespace?: string;
  taskQueue?: string;
}

type ClientOptions = ReturnType<typeof toClientOptions>;

export interface Settings {
  /** Null: nobody named one. */
  address: string | null;
  namespace: string;
  taskQueue: string;
  connection: ClientOptions['connectionOptions'];
  /** Temporal's web UI, without a slash at the end. Null: nobody said where it is, and nothing tells it. */
  uiUrl: string | null;
}

/** Flags first, then Temporal's own environment variables, then the profile in its configuration file. */
export const loadSettings = (flags: ConnectionFlags, env: NodeJS.ProcessEnv): Settings => {
  const profile = loadProfile(flags, env);
  const address = flags.address ?? (profile.address || null);
  return {
    address,
    namespace: flags.namespace ?? (profile.namespace || 'default'),
    taskQueue: flags.taskQueue ?? (env.REDIS_MIGRATION_TASK_QUEUE || defaultTaskQueue),
    connection: { ...connectionOptionsOf(profile), ...(address === null ? {} : { address }) },
    uiUrl: uiUrlOf(address, env),
  };
};

/** Of an embedded server: nothing of what is meant for another Temporal goes there. */
export const embeddedSettings = (
  settings: Settings,
  { address, uiUrl }: { address: string; uiUrl: string },
): Settings => ({
  ...settings,
  address,
  namespace: 'default',
  connection: {},
  uiUrl,
});

/** Never guessed from the address: a link that leads elsewhere is worse than none. */
const uiUrlOf = (address: string | null, { REDIS_MIGRATION_UI_URL: named }: NodeJS.ProcessEnv): string | null => {
  if (named) return named.replace(/\/+$/, '');
  return /\.(tmprl\.cloud|temporal\.io):\d+$/.test(address ?? '') ? 'https://cloud.temporal.io' : null;
};

type Profile = ReturnType<typeof loadClientConfigProfile>;

const loadProfile = ({ profile }: ConnectionFlags, env: NodeJS.ProcessEnv): Profile => {
  try {
    return loadClientConfigProfile({
      ...(profile === undefined ? {} : { profile }),
      overrideEnvVars: definedOnly(env),
    });
  } catch (error) {
    throw new CliError(exitCodes.badInput, `The Temporal profile can't be read: ${firstLine(error)}`, { cause: error });
  }
};

const connectionOptionsOf = (profile: Profile): ClientOptions['connectionOptions'] => {
  try {
    return toClientOptions(profile).connectionOptions;
  } catch (error) {
    throw new CliError(exitCodes.badInput, `A certificate or key for Temporal can't be read: ${firstLine(error)}`, {
      cause: error,
    });
  }
};

// A parser's message quotes the file below its first line, which may hold an API key.
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
