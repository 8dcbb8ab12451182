import { Command } from 'commander';
import type { Cli } from '../cli.js';
import { loadSettings } from '../client/settings.js';
import { say } from '../context.js';
import { type Embedded, startEmbedded } from '../embedded/start.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { Interrupts } from '../watch/interrupts.js';
import { type EmbeddedFlags, embeddedOptions, withEmbedded } from './embedded-flags.js';

type DevFlags = EmbeddedFlags & { taskQueue?: string };

export const devCommand = (cli: Cli): Command =>
  withEmbedded(new Command('dev'))
    .description('A development Temporal with its UI, and a worker, until Ctrl-C. Its state stays.')
    .option('--task-queue <name>', 'else REDIS_MIGRATION_TASK_QUEUE, else redis-migration')
    .action(async (flags: DevFlags) => cli.exitWith(await dev(cli, flags)));

const dev = async (cli: Cli, flags: DevFlags): Promise<ExitCode> => {
  const { context } = cli;
  const { taskQueue } = loadSettings(flags, context.env);
  const interrupts = new Interrupts(context);
  const embedded = await startEmbedded(embeddedOptions(cli, flags, taskQueue));
  try {
    say(context.stdout, `ready: Temporal ${embedded.address}, UI ${embedded.uiUrl}`);
    say(context.stderr, 'Other commands of this user find it by themselves. Ctrl-C ends it.');
    return await untilEnd(cli, embedded, interrupts);
  } finally {
    interrupts.close();
    await embedded.stop();
  }
};

const untilEnd = async ({ context }: Cli, { lost }: Embedded, interrupts: Interrupts): Promise<ExitCode> => {
  let why: string | null = null;
  void lost.then(text => {
    why = text;
  });
  while (interrupts.count === 0 && why === null) await interrupts.within(500);
  if (why === null) return exitCodes.ok;
  say(context.stderr, why);
  return exitCodes.unreachable;
};
