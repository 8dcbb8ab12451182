import { Command } from 'commander';
import { snapshotWorkflowType } from '../../contract/messages.js';
import type { SnapshotResult } from '../../contract/snapshot.js';
import { type Cli, withConnection } from '../cli.js';
import { type CliContext, say, sayJson } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { checkedForSnapshot, readRaw } from '../input/load.js';
import { snapshotLines } from '../view/snapshot.js';
import { defaultSnapshotWorkflowId } from '../workflow-id.js';
import { withEmbedded } from './embedded-flags.js';
import { type JobFlags, runJob } from './job.js';

interface SnapshotFlags extends JobFlags {
  workflowId?: string;
  json?: boolean;
}

export const snapshotCommand = (cli: Cli): Command =>
  withEmbedded(withConnection(new Command('snapshot')))
    .description('Take a snapshot (RDB) of the source into a file on the worker’s machine, and wait until it is there.')
    .argument('<input>', 'a JSON file with the source, such as a migration’s input, or - for standard input')
    .argument('<file>', 'its name within the worker’s directory of snapshots (REDIS_MIGRATION_RDB_DIR)')
    .option('--workflow-id <id>', 'else redis-snapshot-<source>')
    .option('--json', 'the result as JSON on standard output')
    .action(async (inputFile: string, file: string, flags: SnapshotFlags) => {
      const input = checkedForSnapshot(await readRaw(cli.context, inputFile, {}), file);
      const job = { noun: 'snapshot', workflowType: snapshotWorkflowType, input };
      const workflowId = flags.workflowId ?? defaultSnapshotWorkflowId(input);
      const tell = (result: SnapshotResult) => tellPlace(cli.context, result, flags);
      cli.exitWith(await runJob(cli, flags, { ...job, workflowId, tell }));
    });

const tellPlace = (context: CliContext, result: SnapshotResult, { json }: SnapshotFlags): ExitCode => {
  if (json) sayJson(context, result);
  else say(context.stdout, ...snapshotLines(result));
  return exitCodes.ok;
};
