import type { Command } from 'commander';
import type { ConnectionFlags } from './client/settings.js';
import type { Snapshot } from './client/snapshot.js';
import type { CliContext } from './context.js';
import type { ExitCode } from './exit-codes.js';

/** What every command is built with. */
export interface Cli {
  context: CliContext;
  /** The arguments as typed, without the program's name. */
  argv: readonly string[];
  exitWith(code: ExitCode): void;
}

export const withConnection = (command: Command): Command =>
  command
    .option('--address <host:port>', 'Temporal; else TEMPORAL_ADDRESS, else the profile, else localhost:7233')
    .option('--namespace <name>', 'else TEMPORAL_NAMESPACE, else the profile, else default')
    .option('--profile <name>', "a profile of Temporal's configuration file; else TEMPORAL_PROFILE")
    .option('--task-queue <name>', 'else REDIS_MIGRATION_TASK_QUEUE, else redis-migration');

/** A command line to be copied, with the connection flags that were typed for this one. */
export const commandLine = (flags: ConnectionFlags, ...words: readonly string[]): string =>
  ['redis-migration', ...words.map(quote)].join(' ') + connectionWords(flags);

/** The migration's next steps as commands that reach the same Temporal. */
export const withConnectionWords = (snapshot: Snapshot, flags: ConnectionFlags): Snapshot => {
  const { status } = snapshot;
  const words = connectionWords(flags);
  if (status === null || words === '') return snapshot;
  const exact = (command: string) => (command.startsWith('redis-migration ') ? command + words : command);
  const nextSteps = status.nextSteps.map(step => ({ ...step, command: exact(step.command) }));
  return { ...snapshot, status: { ...status, nextSteps } };
};

const connectionWords = ({ profile, address, namespace, taskQueue }: ConnectionFlags): string =>
  Object.entries({ profile, address, namespace, 'task-queue': taskQueue })
    .map(([name, value]) => (value === undefined ? '' : ` --${name} ${quote(value)}`))
    .join('');

/** For a POSIX shell. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
