import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type CliContext, say } from '../context.js';
import { escapeText } from '../view/text.js';
import type { Temporal } from './connect.js';
import { callLimitMs } from './find.js';
import { within } from './within.js';

/** Whether a worker polled for workflows in the last minutes; it may have died since. */
export const hasPollers = async (client: Client, taskQueue: string): Promise<boolean> => {
  const request = { namespace: client.options.namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 };
  const { pollers } = await within(client, callLimitMs, () => client.workflowService.describeTaskQueue(request));
  return pollers.length > 0;
};

const secondLookMs = 1000;

export const warnWithoutWorker = async ({ stderr }: CliContext, { client, taskQueue }: Temporal): Promise<void> => {
  if (await hasPollers(client, taskQueue)) return;
  // One that has just been started may not be known to Temporal yet.
  await sleep(secondLookMs);
  if (await hasPollers(client, taskQueue)) return;
  say(stderr, `No worker polls the task queue ${escapeText(taskQueue)} yet: start one with 'redis-migration worker'.`);
};
