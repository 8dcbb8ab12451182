import { type Command, InvalidArgumentError } from 'commander';
import type { Cli } from '../cli.js';
import type { ConnectionFlags } from '../client/settings.js';
import { say } from '../context.js';
import type { EmbeddedOptions } from '../embedded/start.js';
import { stateDirectory } from '../embedded/state-file.js';

export interface EmbeddedFlags {
  stateDir?: string;
  dbFilename?: string;
  port?: number;
}

export const withEmbedded = (command: Command): Command =>
  command
    .option('--state-dir <dir>', 'what the embedded Temporal leaves here; else REDIS_MIGRATION_STATE_DIR')
    .option('--db-filename <file>', 'its state; else temporal.db in the state directory')
    .option('--port <port>', 'its port; else 7233, or a free one', port);

export const embeddedOptions = (
  { context: { env, stderr, workerEntry } }: Cli,
  flags: EmbeddedFlags & ConnectionFlags,
  taskQueue: string,
): EmbeddedOptions => ({
  stateDirectory: stateDirectory(env, flags.stateDir),
  ...(flags.dbFilename === undefined ? {} : { dbFilename: flags.dbFilename }),
  ...(flags.port === undefined ? {} : { port: flags.port }),
  ...(workerEntry === undefined ? {} : { workerEntry }),
  taskQueue,
  env,
  say: line => say(stderr, line),
});

const port = (text: string): number => {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > 64_535) throw new InvalidArgumentError('Expected a port from 1 to 64535.');
  return value;
};
