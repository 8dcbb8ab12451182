import { type Client, WorkflowUpdateFailedError, type WorkflowUpdateHandle } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { MessageName } from '../../contract/messages.js';
import { explainFailure } from './failures.js';
import { callLimitMs } from './find.js';
import { hasPollers } from './pollers.js';
import { type MessagePort, Refusal, type UpdateAnswer } from './send.js';
import { NoAnswer, within } from './within.js';

/** A migration that Temporal knows, to be sent messages to. */
export const messagePort = (client: Client, workflowId: string, taskQueue: string): MessagePort => ({
  hasWorker: () => hasPollers(client, taskQueue),
  update: (name, argument, limitMs) => update(client, workflowId, name, argument, limitMs),
  signal: (name, argument) =>
    refusedWhenEnded(within(client, callLimitMs, () => client.workflow.getHandle(workflowId).signal(name, argument))),
});

const update = async (
  client: Client,
  workflowId: string,
  name: MessageName,
  argument: object,
  limitMs: number,
): Promise<UpdateAnswer> => {
  const handle = client.workflow.getHandle(workflowId);
  const args: [object] = [argument];
  const start = () => handle.startUpdate<unknown, [object]>(name, { args, waitForStage: 'ACCEPTED' });
  const started = await inTime(refusedWhenEnded(within(client, limitMs, start)));
  if (started === undefined) return { state: 'no-answer' };
  return answerOf(client, started, limitMs);
};

const answerOf = async (
  client: Client,
  started: WorkflowUpdateHandle<unknown>,
  limitMs: number,
): Promise<UpdateAnswer> => {
  try {
    const answered = within(client, limitMs, async () => ({ answer: await started.result() }));
    const given = await inTime(answered);
    return given === undefined ? { state: 'accepted' } : { state: 'answered', ...given };
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    // The migration took it, and then ended before its answer was sent.
    if (isFailure(error.cause, 'AcceptedUpdateCompletedWorkflow')) return { state: 'accepted' };
    throw new Refusal(explainFailure(error).message, { cause: error });
  }
};

const isFailure = (cause: unknown, type: string): boolean => cause instanceof ApplicationFailure && cause.type === type;

/** Undefined when the deadline passed. */
const inTime = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
};

const refusedWhenEnded = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) throw new Refusal('the migration has ended', { cause: error });
    throw error;
  }
};
