import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { workflowTaskTimeout } from '../../contract/messages.js';
import type { Cli } from '../cli.js';
import { connectTo, type Temporal } from '../client/connect.js';
import { callLimitMs } from '../client/find.js';
import { warnWithoutWorker } from '../client/pollers.js';
import { type ConnectionFlags, embeddedSettings, loadSettings, type Settings } from '../client/settings.js';
import { within } from '../client/within.js';
import { type CliContext, say } from '../context.js';
import { startEmbedded } from '../embedded/start.js';
import type { ExitCode } from '../exit-codes.js';
import { uiLink } from '../temporal.js';
import { escapeText } from '../view/text.js';
import { Interrupts } from '../watch/interrupts.js';
import { awaitJob } from '../watch/job.js';
import { type EmbeddedFlags, embeddedOptions } from './embedded-flags.js';

export interface JobFlags extends ConnectionFlags, EmbeddedFlags {}

/** A workflow that does one thing, which its command waits for. */
export interface Job<Result> {
  /** What it is called in sentences: `verification`. */
  noun: string;
  workflowType: string;
  workflowId: string;
  input: object;
  tell(result: Result): ExitCode;
}

/** Starts it, or finds it running, and waits for its end; with a Temporal of its own where none is configured. */
export const runJob = async <Result>(cli: Cli, flags: JobFlags, job: Job<Result>): Promise<ExitCode> => {
  const settings = loadSettings(flags, cli.context.env);
  const interrupts = new Interrupts(cli.context);
  try {
    return await (settings.address === null
      ? runEmbedded(cli, settings, flags, job, interrupts)
      : runThere(cli, settings, job, interrupts));
  } finally {
    interrupts.close();
  }
};

const runThere = async <Result>({ context }: Cli, settings: Settings, job: Job<Result>, interrupts: Interrupts) => {
  const temporal = await connectTo(settings);
  try {
    await warnWithoutWorker(context, temporal);
    const whenLeft = `The ${job.noun} goes on. Wait for it with the same command.`;
    return await runOn(context, temporal, job, { interrupts, whenLeft });
  } finally {
    await temporal.close();
  }
};

const runEmbedded = async <Result>(
  cli: Cli,
  settings: Settings,
  flags: JobFlags,
  job: Job<Result>,
  interrupts: Interrupts,
) => {
  say(cli.context.stderr, 'No Temporal is configured (--address, TEMPORAL_ADDRESS or a profile).');
  const embedded = await startEmbedded(embeddedOptions(cli, flags, settings.taskQueue));
  try {
    const temporal = await connectTo(embeddedSettings(settings, embedded));
    const whenLeft = `The ${job.noun} stands still now, and goes on with the same command.`;
    const code = await runOn(cli.context, temporal, job, { interrupts, whenLeft });
    await temporal.close();
    return code;
  } finally {
    await embedded.stop();
  }
};

const runOn = async <Result>(
  context: CliContext,
  temporal: Temporal,
  job: Job<Result>,
  leaving: { interrupts: Interrupts; whenLeft: string },
): Promise<ExitCode> => {
  const { workflowId, noun, tell } = job;
  const text = (await begin(temporal, job)) ? 'Started' : 'Runs already, with the input that it was started with:';
  say(context.stderr, `${text} ${escapeText(workflowId)}`);
  const ui = uiLink(temporal, workflowId);
  if (ui !== null) say(context.stderr, `  UI ${ui}`);
  return awaitJob(context, temporal.client, workflowId, { noun, tell, ...leaving });
};

/** @returns false when one of this id runs already */
const begin = async <Result>(
  { client, taskQueue }: Temporal,
  { workflowId, workflowType, input }: Job<Result>,
): Promise<boolean> => {
  try {
    const options = { workflowId, taskQueue, workflowTaskTimeout, args: [input] };
    await within(client, callLimitMs, () => client.workflow.start(workflowType, options));
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
};
