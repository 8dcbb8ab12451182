import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { Command } from 'commander';
import type { MigrationInput } from '../../contract/input.js';
import { type Cli, commandLine, withConnection } from '../cli.js';
import type { Temporal } from '../client/connect.js';
import { callLimitMs } from '../client/find.js';
import { startMigration } from '../client/migration.js';
import { warnWithoutWorker } from '../client/pollers.js';
import type { ConnectionFlags } from '../client/settings.js';
import { within } from '../client/within.js';
import { type CliContext, say, sayJson } from '../context.js';
import { CliError } from '../errors.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { type InputFlags, loadInput, withInput } from '../input/load.js';
import { uiLink, withTemporal } from '../temporal.js';
import { escapeText } from '../view/text.js';
import { followAlone } from '../watch/follow.js';
import { defaultWorkflowId } from '../workflow-id.js';

export interface StartFlags extends ConnectionFlags, InputFlags {
  workflowId?: string;
  wait?: boolean;
  json?: boolean;
}

export const startCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(withInput(new Command('start')))
    .description('Start a migration and return, leaving the work to the workers.')
    .option('--workflow-id <id>', 'else redis-migration-<source>-to-<target>')
    .option('--wait', 'watch it until its end')
    .option('--json', 'the ids as JSON on standard output')
    .action(async (file: string | undefined, flags: StartFlags) => exitWith(await start(context, file, flags)));

const start = async (context: CliContext, file: string | undefined, flags: StartFlags): Promise<ExitCode> => {
  const input = await loadInput(context, file, flags);
  return withTemporal(context, flags, async temporal => {
    const workflowId = flags.workflowId ?? defaultWorkflowId(input);
    const started = await beginMigration(temporal, input, workflowId);
    if (started === null) throw runsAlready(workflowId, flags);
    tellStarted(context, temporal, started, flags);
    await warnWithoutWorker(context, temporal);
    return flags.wait ? followAlone(context, temporal, workflowId, { flags, json: flags.json }) : exitCodes.ok;
  });
};

const runsAlready = (workflowId: string, flags: StartFlags): CliError =>
  new CliError(
    exitCodes.refused,
    `${escapeText(workflowId)} runs already, with an input of its own; nothing was started.
Look at it: ${commandLine(flags, 'watch', workflowId)}`,
  );

export interface Started {
  workflowId: string;
  runId: string;
}

/** Null when one of this id runs already. */
export const beginMigration = async (
  { client, taskQueue }: Temporal,
  input: MigrationInput,
  workflowId: string,
): Promise<Started | null> => {
  try {
    const { runId } = await within(client, callLimitMs, () => startMigration(client, input, { workflowId, taskQueue }));
    return { workflowId, runId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
};

const tellStarted = (context: CliContext, temporal: Temporal, started: Started, flags: StartFlags): void => {
  const { address, namespace } = temporal;
  const ui = uiLink(temporal, started.workflowId);
  if (flags.json) {
    sayJson(context, { ...started, address, namespace, ui });
    return;
  }
  const next = ['watch', 'status', 'cutover', 'abort'];
  say(
    context.stdout,
    `Started ${escapeText(started.workflowId)}`,
    `  run ${started.runId} in namespace ${namespace} at ${address}`,
    ...(ui === null ? [] : [`  UI  ${ui}`]),
    'Next:',
    ...next.map(name => `  ${commandLine(flags, name, started.workflowId)}`),
  );
};
