import type { Client } from '@temporalio/client';
import { MigrationError } from '../../contract/errors.js';
import type { MigrationInput } from '../../contract/input.js';
import {
  type CutoverMessage,
  defaultTaskQueue,
  type ReasonMessage,
  type RetryMessage,
  type SetRateMessage,
  workflowTaskTimeout,
  workflowType,
} from '../../contract/messages.js';
import { readInput } from '../../contract/read-input.js';
import type { MigrationResult, MigrationStatus } from '../../contract/status.js';
import { defaultWorkflowId } from '../workflow-id.js';
import { messagePort } from './message-port.js';
import { type SendOptions, type Sent, sendMessage } from './send.js';

export interface StartOptions {
  /** @default from both addresses, so that one pair of servers has one migration */
  workflowId?: string;
  /** @default "redis-migration" */
  taskQueue?: string;
}

/** A migration that was started, here or elsewhere. Each message is an update; a signal where no worker answers. */
export interface Migration {
  readonly workflowId: string;
  status(): Promise<MigrationStatus>;
  /** Markdown. */
  report(): Promise<string>;
  /** Waits for the end. */
  result(): Promise<MigrationResult>;
  cutover(message?: CutoverMessage, options?: SendOptions): Promise<Sent>;
  pause(options?: SendOptions): Promise<Sent>;
  resume(options?: SendOptions): Promise<Sent>;
  retry(message?: RetryMessage, options?: SendOptions): Promise<Sent>;
  abort(message?: ReasonMessage, options?: SendOptions): Promise<Sent>;
  rollback(message?: ReasonMessage, options?: SendOptions): Promise<Sent>;
  complete(options?: SendOptions): Promise<Sent>;
  setRate(message: SetRateMessage, options?: SendOptions): Promise<Sent>;
}

/** @throws MigrationError `InvalidInput` naming every problem at once, before anything is started */
export const startMigration = async (
  client: Client,
  input: MigrationInput,
  { workflowId, taskQueue = defaultTaskQueue }: StartOptions = {},
): Promise<Migration & { readonly runId: string }> => {
  const { problems } = readInput(input);
  if (problems.length > 0) throw new MigrationError('InvalidInput', problems.join('\n'));
  const id = workflowId ?? defaultWorkflowId(input);
  const { firstExecutionRunId } = await client.workflow.start(workflowType, {
    args: [input],
    workflowId: id,
    taskQueue,
    workflowTaskTimeout,
  });
  return { ...getMigration(client, id, taskQueue), runId: firstExecutionRunId };
};

export const getMigration = (client: Client, workflowId: string, taskQueue: string = defaultTaskQueue): Migration => {
  const handle = client.workflow.getHandle(workflowId);
  const port = messagePort(client, workflowId, taskQueue);
  return {
    workflowId,
    status: () => handle.query<MigrationStatus>('status'),
    report: () => handle.query<string>('report'),
    result: () => handle.result() as Promise<MigrationResult>,
    cutover: (message = {}, options) => sendMessage(port, 'cutover', message, options),
    pause: options => sendMessage(port, 'pause', {}, options),
    resume: options => sendMessage(port, 'resume', {}, options),
    retry: (message = {}, options) => sendMessage(port, 'retry', message, options),
    abort: (message = {}, options) => sendMessage(port, 'abort', message, options),
    rollback: (message = {}, options) => sendMessage(port, 'rollback', message, options),
    complete: options => sendMessage(port, 'complete', {}, options),
    setRate: (message, options) => sendMessage(port, 'setRate', message, options),
  };
};
