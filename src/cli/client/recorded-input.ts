import type { Client } from '@temporalio/client';
import { callLimitMs, findMigration } from './find.js';
import { decodeFirst } from './heartbeats.js';
import { isRecord } from './read-status.js';
import { Refusal } from './send.js';
import { isOpen } from './snapshot.js';
import { within } from './within.js';

/** The input that an ended migration was started with, from its history; an empty one when that can't be read. */
export const recordedInput = async (client: Client, id: string): Promise<Record<string, unknown>> => {
  const { workflowId, runId, status } = await findMigration(client, id);
  if (isOpen(status.name)) throw new Refusal("the migration still runs: send 'abort' or 'rollback' instead");
  const { history } = await within(client, callLimitMs, () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const input = await decodeFirst(client, started?.input?.payloads ?? []);
  return isRecord(input) ? input : {};
};
