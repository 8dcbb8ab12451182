import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { workflowType } from '../../contract/messages.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { escapeText } from '../view/text.js';
import { within } from './within.js';

export const callLimitMs = 5_000;
export const runningMigrations = `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`;
export const allMigrations = `WorkflowType = '${workflowType}' AND ExecutionStatus != 'ContinuedAsNew'`;

/** The migration that is meant: the one named, else the only one that runs. */
export const findMigration = async (client: Client, id: string | undefined): Promise<WorkflowExecutionDescription> =>
  describeMigration(client, id ?? (await onlyRunning(client)));

const describeMigration = async (client: Client, id: string): Promise<WorkflowExecutionDescription> => {
  try {
    const description = await within(client, callLimitMs, () => client.workflow.getHandle(id).describe());
    if (description.type === workflowType) return description;
    const what = `a workflow of the type ${description.type}`;
    throw new CliError(exitCodes.notFound, `${escapeText(id)} is ${escapeText(what)}, not a migration.`);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CliError(
      exitCodes.notFound,
      `There is no migration ${escapeText(id)} here. 'redis-migration list --all' shows those that there are.`,
      { cause: error },
    );
  }
};

const onlyRunning = async (client: Client): Promise<string> => {
  const ids = await runningIds(client);
  const [only, ...others] = ids;
  if (only === undefined) {
    throw new CliError(exitCodes.notFound, "No migration is running. 'redis-migration list --all' shows ended ones.");
  }
  if (others.length === 0) return only;
  const lines = ids.map(id => `  ${escapeText(id)}`).join('\n');
  throw new CliError(exitCodes.badInput, `Several migrations are running; say which is meant:\n${lines}`);
};

/** The list follows a moment behind a start. */
const runningIds = async (client: Client): Promise<string[]> => {
  const ids = await idsOf(client, runningMigrations, 20);
  if (ids.length > 0) return ids;
  await sleep(500);
  return idsOf(client, runningMigrations, 20);
};

const idsOf = async (client: Client, query: string, most: number): Promise<string[]> => {
  const ids: string[] = [];
  await within(client, callLimitMs, async () => {
    for await (const { workflowId } of client.workflow.list({ query, pageSize: most })) {
      ids.push(workflowId);
      if (ids.length === most) return;
    }
  });
  return ids;
};
