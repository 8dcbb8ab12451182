import { Command } from 'commander';
import type { MigrationStatus } from '../../contract/status.js';
import { type Cli, withConnection, withConnectionWords } from '../cli.js';
import { callLimitMs, findMigration } from '../client/find.js';
import type { ConnectionFlags } from '../client/settings.js';
import { isOpen, type Snapshot, takeSnapshot } from '../client/snapshot.js';
import { type CliContext, columnsOf, hasColor, say, sayJson } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { withTemporal } from '../temporal.js';
import { renderStatus } from '../view/status.js';
import { exitCodeOf, outcomeLines } from '../watch/outcome.js';

interface StatusFlags extends ConnectionFlags {
  json?: boolean;
  exitCode?: boolean;
}

export const statusCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(new Command('status'))
    .description('Where a migration stands, and what to do next.')
    .argument('[id]', 'the workflow id; else the only migration that runs')
    .option('--json', 'the status as JSON on standard output')
    .option('--exit-code', 'tell the state by the exit code: 6, 7, 8, or 1 when it failed')
    .action(async (id: string | undefined, flags: StatusFlags) => exitWith(await showStatus(context, id, flags)));

const showStatus = (context: CliContext, id: string | undefined, flags: StatusFlags): Promise<ExitCode> =>
  withTemporal(context, flags, async ({ client }) => {
    const { workflowId } = await findMigration(client, id);
    const snapshot = withConnectionWords(await takeSnapshot(client, workflowId, callLimitMs), flags);
    if (flags.json) sayJson(context, jsonOf(snapshot));
    else sayStatus(context, snapshot);
    if (snapshot.silence !== null) return sayWhy(context, snapshot);
    return flags.exitCode ? stateCode(snapshot) : exitCodes.ok;
  });

const sayStatus = (context: CliContext, snapshot: Snapshot): void => {
  const { status, execution } = snapshot;
  const options = { width: columnsOf(context), color: hasColor(context), now: Date.now() };
  if (status) say(context.stdout, ...renderStatus(status, options));
  if (!isOpen(execution)) say(context.stdout, ...(status ? [''] : []), ...outcomeLines(snapshot));
};

/** Without a status, what Temporal alone knows; `phase` is null then. */
const jsonOf = ({ status, workflowId, execution, failure, silence }: Snapshot): MigrationStatus | object =>
  status ?? { name: workflowId, phase: null, execution, failure, silence };

const sayWhy = ({ stderr }: CliContext, { workflowId, execution, silence }: Snapshot): ExitCode => {
  say(stderr, `${workflowId} is ${execution.toLowerCase()}, but ${silence}.`);
  if (isOpen(execution)) say(stderr, "It goes on as soon as a worker runs: 'redis-migration worker'.");
  return exitCodes.unreachable;
};

const stateCode = (snapshot: Snapshot): ExitCode => {
  if (!isOpen(snapshot.execution)) return exitCodeOf(snapshot);
  return snapshot.status?.phase === 'waiting-for-operator' ? exitCodes.waitsForOperator : exitCodes.ok;
};
