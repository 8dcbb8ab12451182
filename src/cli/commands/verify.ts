import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { Command } from 'commander';
import { verifyWorkflowType, workflowTaskTimeout } from '../../contract/messages.js';
import type { VerifyInput } from '../../contract/verification.js';
import { type Cli, commandLine, withConnection } from '../cli.js';
import { connectTo, type Temporal } from '../client/connect.js';
import { callLimitMs } from '../client/find.js';
import { warnWithoutWorker } from '../client/pollers.js';
import type { ConnectionFlags } from '../client/settings.js';
import { embeddedSettings, loadSettings, type Settings } from '../client/settings.js';
import { within } from '../client/within.js';
import { type CliContext, say } from '../context.js';
import { startEmbedded } from '../embedded/start.js';
import type { ExitCode } from '../exit-codes.js';
import { checkedForVerification, type InputFlags, readRaw, withFields, withServers } from '../input/load.js';
import { uiLink } from '../temporal.js';
import { escapeText } from '../view/text.js';
import { Interrupts } from '../watch/interrupts.js';
import { awaitVerification } from '../watch/verification.js';
import { defaultVerifyWorkflowId } from '../workflow-id.js';
import { type EmbeddedFlags, embeddedOptions, withEmbedded } from './embedded-flags.js';

interface VerifyFlags extends ConnectionFlags, InputFlags, EmbeddedFlags {
  workflowId?: string;
  json?: boolean;
}

export const verifyCommand = (cli: Cli): Command =>
  withEmbedded(withConnection(withFields(withServers(new Command('verify')), 'verification.mode=keys')))
    .description(
      'Compare two servers, and wait for the verdict. Takes a migration’s input; changes nothing without verification.repair.',
    )
    .option('--workflow-id <id>', 'else redis-verification-<source>-to-<target>')
    .option('--json', 'the result as JSON on standard output')
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      const input = checkedForVerification(await readRaw(cli.context, file, flags));
      const settings = loadSettings(flags, cli.context.env);
      const interrupts = new Interrupts(cli.context);
      const job = { input, flags, interrupts, workflowId: flags.workflowId ?? defaultVerifyWorkflowId(input) };
      try {
        cli.exitWith(
          await (settings.address === null ? verifyEmbedded(cli, settings, job) : verifyThere(cli, settings, job)),
        );
      } finally {
        interrupts.close();
      }
    });

interface Job {
  input: VerifyInput;
  workflowId: string;
  flags: VerifyFlags;
  interrupts: Interrupts;
}

const verifyThere = async ({ context }: Cli, settings: Settings, job: Job): Promise<ExitCode> => {
  const temporal = await connectTo(settings);
  try {
    await warnWithoutWorker(context, temporal);
    return await verifyOn(context, temporal, job, 'The verification goes on. Wait for it with the same command.');
  } finally {
    await temporal.close();
  }
};

const verifyEmbedded = async (cli: Cli, settings: Settings, job: Job): Promise<ExitCode> => {
  say(cli.context.stderr, 'No Temporal is configured (--address, TEMPORAL_ADDRESS or a profile).');
  const embedded = await startEmbedded(embeddedOptions(cli, job.flags, settings.taskQueue));
  try {
    const temporal = await connectTo(embeddedSettings(settings, embedded));
    const left = 'The verification stands still now, and goes on with the same command.';
    const code = await verifyOn(cli.context, temporal, job, left);
    await temporal.close();
    return code;
  } finally {
    await embedded.stop();
  }
};

const verifyOn = async (context: CliContext, temporal: Temporal, job: Job, whenLeft: string): Promise<ExitCode> => {
  const { input, workflowId, flags, interrupts } = job;
  const started = await begin(temporal, workflowId, input);
  const text = started ? 'Started' : 'Runs already, with the input that it was started with:';
  say(context.stderr, `${text} ${escapeText(workflowId)}`);
  const ui = uiLink(temporal, workflowId);
  if (ui !== null) say(context.stderr, `  UI ${ui}`);
  const repairHint = commandLine(flags, 'verify', 'INPUT.json', '--set', 'verification.repair=true');
  return awaitVerification(context, temporal.client, workflowId, {
    json: flags.json,
    interrupts,
    whenLeft,
    repairHint,
  });
};

/** @returns false when one of this id runs already */
const begin = async ({ client, taskQueue }: Temporal, workflowId: string, input: VerifyInput): Promise<boolean> => {
  try {
    const options = { workflowId, taskQueue, workflowTaskTimeout, args: [input] };
    await within(client, callLimitMs, () => client.workflow.start(verifyWorkflowType, options));
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
};
