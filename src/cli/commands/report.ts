import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import { type Cli, withConnection } from '../cli.js';
import { callLimitMs, findMigration } from '../client/find.js';
import type { ConnectionFlags } from '../client/settings.js';
import { takeSnapshot } from '../client/snapshot.js';
import { within } from '../client/within.js';
import { type CliContext, say } from '../context.js';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { withTemporal } from '../temporal.js';
import { escapeLines, escapeText } from '../view/text.js';

interface ReportFlags extends ConnectionFlags {
  output?: string;
}

export const reportCommand = ({ context, exitWith }: Cli): Command =>
  withConnection(new Command('report'))
    .description('The written record of a migration, as Markdown; so far, when it still runs.')
    .argument('[id]', 'the workflow id; else the only migration that runs')
    .option('--output <file>', 'write it there instead of to standard output')
    .action(async (id: string | undefined, flags: ReportFlags) => {
      const code = await withTemporal(context, flags, async ({ client }) => {
        const { workflowId } = await findMigration(client, id);
        await deliver(context, await reportOf(client, workflowId), flags.output);
        return exitCodes.ok;
      });
      exitWith(code);
    });

/** A completed migration's result holds it, so that no worker is needed. */
const reportOf = async (client: Client, workflowId: string): Promise<string> => {
  const { result, silence } = await takeSnapshot(client, workflowId, callLimitMs);
  if (result) return escapeLines(result.report);
  if (silence !== null) throw noAnswer(workflowId, silence);
  const query = () => client.workflow.getHandle(workflowId).query<unknown>('report');
  return escapeLines(String(await within(client, callLimitMs, query)));
};

const noAnswer = (workflowId: string, silence: string): CliError =>
  new CliError(
    exitCodes.unreachable,
    `The report of ${escapeText(workflowId)} is the worker's to give, and ${escapeText(silence)}.
Start one with 'redis-migration worker', then ask again.`,
  );

const deliver = async ({ stdout, stderr }: CliContext, report: string, file: string | undefined): Promise<void> => {
  const text = report.endsWith('\n') ? report : `${report}\n`;
  if (file === undefined) return void stdout.write(text);
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CliError(exitCodes.badInput, `${file} can't be written (${code}).`, { cause: error });
  }
  say(stderr, `Written to ${file}.`);
};
