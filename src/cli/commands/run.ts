import { Command } from 'commander';
import type { MigrationInput } from '../../contract/input.js';
import type { MigrationStatus } from '../../contract/status.js';
import { type Cli, commandLine, quote, withConnection } from '../cli.js';
import { connectTo, type Temporal } from '../client/connect.js';
import { warnWithoutWorker } from '../client/pollers.js';
import { embeddedSettings, loadSettings, type Settings } from '../client/settings.js';
import { type CliContext, say } from '../context.js';
import { type Embedded, startEmbedded } from '../embedded/start.js';
import type { ExitCode } from '../exit-codes.js';
import { loadInput, withInput } from '../input/load.js';
import { uiLink } from '../temporal.js';
import { type FollowOptions, follow, tellEnd } from '../watch/follow.js';
import { Interrupts } from '../watch/interrupts.js';
import { defaultWorkflowId } from '../workflow-id.js';
import { type EmbeddedFlags, embeddedOptions, withEmbedded } from './embedded-flags.js';
import { beginMigration, type StartFlags } from './start.js';

type RunFlags = StartFlags & EmbeddedFlags;

export const runCommand = (cli: Cli): Command =>
  withEmbedded(withConnection(withInput(new Command('run'))))
    .description(
      'Start a migration, or go on with it, and watch it. Without any Temporal configured, with one of its own.',
    )
    .option('--workflow-id <id>', 'else redis-migration-<source>-to-<target>')
    .option('--json', 'the status as JSON, a line at each change')
    .action(async (file: string | undefined, flags: RunFlags) => {
      const input = await loadInput(cli.context, file, flags);
      const settings = loadSettings(flags, cli.context.env);
      const interrupts = new Interrupts(cli.context);
      const job = { input, flags, interrupts, workflowId: flags.workflowId ?? defaultWorkflowId(input) };
      try {
        cli.exitWith(
          await (settings.address === null ? runEmbedded(cli, settings, job) : runThere(cli, settings, job)),
        );
      } finally {
        interrupts.close();
      }
    });

interface Job {
  input: MigrationInput;
  workflowId: string;
  flags: RunFlags;
  interrupts: Interrupts;
}

const runThere = async ({ context }: Cli, settings: Settings, job: Job): Promise<ExitCode> => {
  const temporal = await connectTo(settings);
  try {
    await warnWithoutWorker(context, temporal);
    const { end, code } = await runOn(context, temporal, job, {});
    if (end === 'interrupted') {
      say(context.stderr, `The migration goes on. Watch it: ${commandLine(job.flags, 'watch', job.workflowId)}`);
    }
    return code;
  } finally {
    await temporal.close();
  }
};

const runEmbedded = async (cli: Cli, settings: Settings, job: Job): Promise<ExitCode> => {
  const { context } = cli;
  say(context.stderr, 'No Temporal is configured (--address, TEMPORAL_ADDRESS or a profile).');
  const embedded = await startEmbedded(embeddedOptions(cli, job.flags, settings.taskQueue));
  try {
    const temporal = await connectTo(embeddedSettings(settings, embedded));
    const { end, code } = await runOn(context, temporal, job, { mayStop, lost: embedded.lost });
    await temporal.close();
    if (end !== 'ended') sayHowToGoOn(cli, embedded, job);
    return code;
  } finally {
    await embedded.stop();
  }
};

const runOn = async (
  context: CliContext,
  temporal: Temporal,
  { input, workflowId, flags, interrupts }: Job,
  options: Pick<FollowOptions, 'mayStop' | 'lost'>,
): Promise<{ end: string; code: ExitCode }> => {
  const started = await beginMigration(temporal, input, workflowId);
  const ui = uiLink(temporal, workflowId);
  say(
    context.stderr,
    started
      ? `Started ${workflowId}`
      : `${workflowId} runs already, with the input that it was started with: going on with it.`,
  );
  if (ui !== null) say(context.stderr, `  UI ${ui}`);
  const end = await follow(context, temporal, workflowId, { ...options, json: flags.json, flags, interrupts });
  return { end: end.kind, code: tellEnd(context, end) };
};

/** Without its worker, a migration that stops between the fence and the promotion leaves nobody who takes writes. */
const mayStop = (status: MigrationStatus | null): boolean =>
  status?.phase !== 'cutting-over' && status?.phase !== 'rolling-back';

const sayHowToGoOn = ({ context: { stderr }, argv }: Cli, { dbFilename }: Embedded, { workflowId }: Job): void => {
  const again = argv.includes('-') ? ['dev', '--db-filename', dbFilename] : argv;
  say(
    stderr,
    'Stopping the worker and the embedded Temporal...',
    `${workflowId} stands still then, and nothing of it is lost: its state is in ${dbFilename}.`,
    `Go on with it: redis-migration ${again.map(quote).join(' ')}`,
  );
};
