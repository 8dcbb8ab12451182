import { type Client, WorkflowFailedError } from '@temporalio/client';
import { explainFailure } from '../client/failures.js';
import { callLimitMs } from '../client/find.js';
import { heartbeatsOf } from '../client/heartbeats.js';
import { isRecord } from '../client/read-status.js';
import { within } from '../client/within.js';
import { type CliContext, say } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { escapeText } from '../view/text.js';
import type { Interrupts } from './interrupts.js';
import { failureLines } from './outcome.js';

const everyMs = 2000;

export interface AwaitOptions<Result> {
  /** What it is called in sentences: `verification`. */
  noun: string;
  interrupts: Interrupts;
  /** Said when a person leaves before the end. */
  whenLeft: string;
  tell(result: Result): ExitCode;
}

/** Waits for a workflow that does one thing. Says how far it is whenever that has changed, and at the end what came of it. */
export const awaitJob = async <Result>(
  context: CliContext,
  client: Client,
  workflowId: string,
  { noun, interrupts, whenLeft, tell }: AwaitOptions<Result>,
): Promise<ExitCode> => {
  const ended = client.workflow.getHandle(workflowId).result() as Promise<Result>;
  const end = ended.then(
    result => () => tell(result),
    (error: unknown) => () => tellFailed(context, noun, error),
  );
  let shown = '';
  while (interrupts.count === 0) {
    const finish = await Promise.race([end, interrupts.within(everyMs)]);
    if (finish) return finish();
    const detail = await progressOf(client, workflowId);
    if (detail !== shown && detail !== '') say(context.stderr, escapeText(detail));
    shown = detail;
  }
  say(context.stderr, whenLeft);
  return exitCodes.interrupted;
};

/** Empty where nothing is known. */
const progressOf = async (client: Client, workflowId: string): Promise<string> => {
  try {
    const description = await within(client, callLimitMs, () => client.workflow.getHandle(workflowId).describe());
    const [heartbeat] = await heartbeatsOf(client, description);
    const detail = heartbeat?.detail;
    return isRecord(detail) && typeof detail.detail === 'string' ? detail.detail : '';
  } catch {
    return '';
  }
};

const tellFailed = (context: CliContext, noun: string, error: unknown): ExitCode => {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const { remedy, ...failure } = explainFailure(error);
  // What a migration is told to send has nobody here who would take it.
  const ours = remedy?.replaceAll("send 'retry'", 'run this again') ?? null;
  say(context.stderr, `The ${noun} failed:`, ...failureLines({ ...failure, remedy: ours }));
  return failure.type === 'InvalidInput' ? exitCodes.badInput : exitCodes.unexpected;
};
