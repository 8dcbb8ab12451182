import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { Command } from 'commander';
import { type Cli, withConnection } from '../cli.js';
import { allMigrations, callLimitMs, runningMigrations } from '../client/find.js';
import { readResult, readStatus } from '../client/read-status.js';
import type { ConnectionFlags } from '../client/settings.js';
import { within } from '../client/within.js';
import { type CliContext, say, sayJson } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { withTemporal } from '../temporal.js';
import { formatMinute } from '../view/format.js';
import { table } from '../view/table.js';
import { escapeText } from '../view/text.js';

interface ListFlags extends ConnectionFlags {
  all?: boolean;
  json?: boolean;
}

interface Row {
  workflowId: string;
  runId: string;
  execution: string;
  /** Of running ones, when a worker answers. */
  phase: string | null;
  /** Of completed ones: rolled back and aborted, too, a workflow has completed. */
  outcome: string | null;
  startedAt: string;
  closedAt: string | null;
}

const mostRows = 1_000;
const mostPhases = 50;
const phaseLimitMs = 2_000;

export const listCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(new Command('list'))
    .description('The running migrations.')
    .option('--all', 'the ended ones too')
    .option('--json', 'as a JSON array on standard output')
    .addHelpText('after', `\nThe same in Temporal's own tools: temporal workflow list --query "${runningMigrations}"`)
    .action(async (flags: ListFlags) => {
      const code = await withTemporal(context, flags, async ({ client }) => {
        show(context, await rowsOf(client, flags.all ? allMigrations : runningMigrations), flags);
        return exitCodes.ok;
      });
      exitWith(code);
    });

const rowsOf = async (client: Client, query: string): Promise<Row[]> => {
  const found: WorkflowExecutionInfo[] = [];
  await within(client, callLimitMs, async () => {
    for await (const info of client.workflow.list({ query })) if (found.push(info) === mostRows) return;
  });
  // Asked all at once, so that one worker that doesn't answer delays the list only once.
  return Promise.all(found.map((info, index) => rowOf(client, info, index < mostPhases)));
};

const rowOf = async (client: Client, info: WorkflowExecutionInfo, withPhase: boolean): Promise<Row> => ({
  workflowId: info.workflowId,
  runId: info.runId,
  execution: info.status.name,
  phase: withPhase && info.status.name === 'RUNNING' ? await phaseOf(client, info.workflowId) : null,
  outcome: withPhase && info.status.name === 'COMPLETED' ? await outcomeOf(client, info) : null,
  startedAt: info.startTime.toISOString(),
  closedAt: info.closeTime?.toISOString() ?? null,
});

const phaseOf = async (client: Client, workflowId: string): Promise<string | null> => {
  const query = () => client.workflow.getHandle(workflowId).query('status');
  const answer = await within(client, phaseLimitMs, query).catch(() => null);
  return readStatus(answer)?.phase ?? null;
};

const outcomeOf = async (client: Client, { workflowId, runId }: WorkflowExecutionInfo): Promise<string | null> => {
  const result = () => client.workflow.getHandle(workflowId, runId, { followRuns: false }).result();
  const answer = await within(client, phaseLimitMs, result).catch(() => null);
  return readResult(answer)?.outcome ?? null;
};

const show = (context: CliContext, rows: readonly Row[], { all, json }: ListFlags): void => {
  if (json) sayJson(context, rows);
  else if (rows.length === 0) say(context.stdout, all ? 'There are no migrations.' : 'No migration is running.');
  else say(context.stdout, ...table(['MIGRATION', 'STATE', 'STARTED', 'ENDED'], rows.map(cellsOf)));
};

const cellsOf = ({ workflowId, execution, phase, outcome, startedAt, closedAt }: Row): string[] => [
  workflowId,
  escapeText(outcome ?? phase ?? execution.toLowerCase().replaceAll('_', ' ')),
  formatMinute(new Date(startedAt)),
  closedAt === null ? '' : formatMinute(new Date(closedAt)),
];
