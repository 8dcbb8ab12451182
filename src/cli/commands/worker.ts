import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { type Cli, withConnection } from '../cli.js';
import type { ConnectionFlags } from '../client/settings.js';
import { loadSettings } from '../client/settings.js';
import { livingServer, stateDirectory } from '../embedded/state-file.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { workerEntry } from '../project.js';

export const workerCommand = ({ context }: Cli): Command =>
  withConnection(new Command('worker'))
    .description('A worker: it does the work of the migrations. Prints "worker ready" once it polls.')
    .action(async (flags: ConnectionFlags) => {
      await applyFlags(flags, context.env);
      const entry = workerEntry();
      if (!existsSync(entry)) {
        throw new CliError(exitCodes.unexpected, `There is no compiled worker at ${entry}: run 'npm run build' first.`);
      }
      // A program of its own, which also sets the exit code.
      await import(pathToFileURL(entry).href);
    });

/** The worker reads Temporal's environment variables and profiles itself. */
const applyFlags = async (flags: ConnectionFlags, env: NodeJS.ProcessEnv): Promise<void> => {
  const { address } = loadSettings(flags, env);
  const embedded = address === null ? await livingServer(stateDirectory(env)) : null;
  const variables = {
    TEMPORAL_ADDRESS: flags.address ?? embedded?.address,
    TEMPORAL_NAMESPACE: flags.namespace,
    TEMPORAL_PROFILE: flags.profile,
    REDIS_MIGRATION_TASK_QUEUE: flags.taskQueue,
  };
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) process.env[name] = value;
};
