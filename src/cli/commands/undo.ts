import { WorkflowFailedError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { Command } from 'commander';
import type { MigrationInput } from '../../contract/input.js';
import { undoWorkflowType, workflowTaskTimeout } from '../../contract/messages.js';
import type { UndoInput, UndoResult } from '../../contract/undo.js';
import { type Cli, withConnection } from '../cli.js';
import type { Temporal } from '../client/connect.js';
import { explainFailure } from '../client/failures.js';
import { callLimitMs } from '../client/find.js';
import { warnWithoutWorker } from '../client/pollers.js';
import { isRecord } from '../client/read-status.js';
import { recordedInput } from '../client/recorded-input.js';
import type { ConnectionFlags } from '../client/settings.js';
import { within } from '../client/within.js';
import { type CliContext, say, sayJson } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { checked, type InputFlags, readRaw, withServers } from '../input/load.js';
import { withTemporal } from '../temporal.js';
import { escapeText } from '../view/text.js';
import { failureLines } from '../watch/outcome.js';
import { defaultUndoWorkflowId } from '../workflow-id.js';

interface UndoFlags extends ConnectionFlags, InputFlags {
  forget?: boolean;
  force?: boolean;
  migration?: string;
  json?: boolean;
}

export const undoCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(withServers(new Command('undo')))
    .description('Undo what a terminated migration left on the servers, and wait until that is done.')
    .option('--forget', "also remove the target's mark of a promotion, for a migration the other way")
    .option('--force', 'take the source back even where the target is gone and may have been promoted')
    .option('--migration <id>', 'the workflow id of the migration, whose input is then taken where none is given')
    .option('--json', 'the result as JSON on standard output')
    .action(async (file: string | undefined, flags: UndoFlags) => {
      exitWith(await undo(context, await givenServers(context, file, flags), flags));
    });

const undo = (context: CliContext, given: Servers | null, flags: UndoFlags): Promise<ExitCode> =>
  withTemporal(context, flags, async temporal => {
    const servers = given ?? serversIn(await recordedInput(temporal.client, flags.migration ?? ''));
    const workflowId = defaultUndoWorkflowId(servers);
    await begin(temporal, workflowId, argumentOf(servers, flags));
    say(context.stderr, `${workflowId} runs; it goes on by itself if you leave.`);
    await warnWithoutWorker(context, temporal);
    try {
      return tell(context, await temporal.client.workflow.getHandle(workflowId).result(), flags);
    } catch (error) {
      if (!(error instanceof WorkflowFailedError)) throw error;
      say(context.stderr, 'The undoing failed:', ...failureLines(explainFailure(error)));
      return exitCodes.unexpected;
    }
  });

type Servers = Pick<MigrationInput, 'source' | 'target'>;

const argumentOf = (servers: Servers, { forget, force, migration }: UndoFlags): UndoInput => ({
  ...servers,
  ...(forget ? { forget } : {}),
  ...(force ? { force } : {}),
  ...(migration === undefined ? {} : { workflowId: migration }),
});

/** Null: those of the migration that is named. */
const givenServers = async (
  context: CliContext,
  file: string | undefined,
  flags: UndoFlags,
): Promise<Servers | null> => {
  const isNamedOnly = file === undefined && !flags.source && !flags.target && flags.migration !== undefined;
  return isNamedOnly ? null : serversIn(await readRaw(context, file, flags));
};

/** Only the servers are judged: whatever else is in the input is not for undoing. */
const serversIn = ({ source, target }: Record<string, unknown>): Servers => {
  const { ifNotEmpty: _, ...server } = isRecord(target) ? target : {};
  return checked({ source, target: server });
};

/** One that runs already is waited for. */
const begin = async ({ client, taskQueue }: Temporal, workflowId: string, argument: UndoInput): Promise<void> => {
  try {
    const options = { workflowId, taskQueue, workflowTaskTimeout, args: [argument] };
    await within(client, callLimitMs, () => client.workflow.start(undoWorkflowType, options));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};

const outcomes: Record<UndoResult['outcome'], string> = {
  undone: 'Undone.',
  nothing: 'There was nothing to undo.',
  'too-late':
    'Not undone: the target was promoted and may have newer data. To go back, start a migration the other way: with source and target exchanged.',
};

const tell = (context: CliContext, result: UndoResult, { json, forget }: UndoFlags): ExitCode => {
  if (json) sayJson(context, result);
  else say(context.stdout, outcomes[result.outcome], ...result.notes.map(note => `- ${escapeText(note)}`));
  return result.outcome === 'too-late' && !forget ? exitCodes.refused : exitCodes.ok;
};
