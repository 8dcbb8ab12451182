import { Command } from 'commander';
import { verifyWorkflowType } from '../../contract/messages.js';
import type { VerifyResult } from '../../contract/verification.js';
import { type Cli, commandLine, withConnection } from '../cli.js';
import { type CliContext, say, sayJson } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { checkedForVerification, type InputFlags, readRaw, withFields, withServers } from '../input/load.js';
import { verificationLines } from '../view/verification.js';
import { defaultVerifyWorkflowId } from '../workflow-id.js';
import { withEmbedded } from './embedded-flags.js';
import { type JobFlags, runJob } from './job.js';

interface VerifyFlags extends InputFlags, JobFlags {
  workflowId?: string;
  json?: boolean;
}

export const verifyCommand = (cli: Cli): Command =>
  withEmbedded(withConnection(withFields(withServers(new Command('verify')), 'verification.mode=keys')))
    .description(
      'Compare two servers, and wait for the verdict. Takes a migration’s input; changes nothing without verification.repair.',
    )
    .option('--workflow-id <id>', 'else redis-verification-<source>-to-<target>')
    .option('--json', 'the result as JSON on standard output')
    .action(async (file: string | undefined, flags: VerifyFlags) => {
      const input = checkedForVerification(await readRaw(cli.context, file, flags));
      const job = { noun: 'verification', workflowType: verifyWorkflowType, input };
      const workflowId = flags.workflowId ?? defaultVerifyWorkflowId(input);
      const tell = (result: VerifyResult) => tellVerdict(cli.context, result, flags);
      cli.exitWith(await runJob(cli, flags, { ...job, workflowId, tell }));
    });

const tellVerdict = (context: CliContext, result: VerifyResult, flags: VerifyFlags): ExitCode => {
  const repairHint = commandLine(flags, 'verify', 'INPUT.json', '--set', 'verification.repair=true');
  if (flags.json) sayJson(context, result);
  else say(context.stdout, ...verificationLines(result, repairHint));
  return result.passed ? exitCodes.ok : exitCodes.different;
};
