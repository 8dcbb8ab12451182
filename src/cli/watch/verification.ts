import { type Client, WorkflowFailedError } from '@temporalio/client';
import type { VerifyResult } from '../../contract/verification.js';
import { explainFailure } from '../client/failures.js';
import { callLimitMs } from '../client/find.js';
import { heartbeatsOf } from '../client/heartbeats.js';
import { isRecord } from '../client/read-status.js';
import { within } from '../client/within.js';
import { type CliContext, say, sayJson } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { escapeText } from '../view/text.js';
import type { Interrupts } from './interrupts.js';
import { failureLines } from './outcome.js';

const everyMs = 2000;

export interface AwaitOptions {
  json: boolean | undefined;
  interrupts: Interrupts;
  /** Said when a person leaves before the end. */
  whenLeft: string;
  /** The command that would mend what differs. */
  repairHint: string;
}

/** Says how far it is whenever that has changed, and at the end what came of it. */
export const awaitVerification = async (
  context: CliContext,
  client: Client,
  workflowId: string,
  options: AwaitOptions,
): Promise<ExitCode> => {
  const ended = client.workflow.getHandle(workflowId).result() as Promise<VerifyResult>;
  const end = ended.then(
    result => () => tell(context, result, options),
    (error: unknown) => () => tellFailed(context, error),
  );
  let shown = '';
  while (options.interrupts.count === 0) {
    const finish = await Promise.race([end, options.interrupts.within(everyMs)]);
    if (finish) return finish();
    const detail = await progressOf(client, workflowId);
    if (detail !== shown && detail !== '') say(context.stderr, escapeText(detail));
    shown = detail;
  }
  say(context.stderr, options.whenLeft);
  return exitCodes.interrupted;
};

/** Empty where nothing is known. */
const progressOf = async (client: Client, workflowId: string): Promise<string> => {
  try {
    const description = await within(client, callLimitMs, () => client.workflow.getHandle(workflowId).describe());
    const [heartbeat] = await heartbeatsOf(client, description);
    const detail = heartbeat?.detail;
    return isRecord(detail) && typeof detail.detail === 'string' ? detail.detail : '';
  } catch {
    return '';
  }
};

const verdicts: Record<VerifyResult['verdict'], string> = {
  consistent: 'Consistent: the target holds what the source holds.',
  different: 'Different.',
  unsettled: 'Unsettled: some keys went on changing.',
};

const tell = (context: CliContext, result: VerifyResult, { json, repairHint }: AwaitOptions): ExitCode => {
  if (json) sayJson(context, result);
  else
    say(
      context.stdout,
      verdicts[result.verdict],
      ...figures(result),
      ...examples(result),
      ...hints(result, repairHint),
    );
  return result.passed ? exitCodes.ok : exitCodes.different;
};

const figures = ({
  compared,
  different,
  missing,
  extra,
  unsettled,
  repaired,
  consistency,
  at,
  offset,
}: VerifyResult) => [
  `  compared ${compared}, different ${different}, missing ${missing}, extra ${extra}, still changing ${unsettled}, repaired ${repaired}`,
  `  consistency ${consistency}, true at ${at ?? '?'}, the source's offset ${offset}`,
];

const examples = ({ examples: names, unheld }: VerifyResult): string[] => [
  ...names.map(name => `  ${escapeText(name)}`),
  ...unheld.map(text => `  the target can't hold: ${escapeText(text)}`),
];

const hints = ({ different, missing, repaired }: VerifyResult, repairHint: string): string[] =>
  different + missing > 0 && repaired === 0 ? [`To copy again what differs or is missing: ${repairHint}`] : [];

const tellFailed = (context: CliContext, error: unknown): ExitCode => {
  if (!(error instanceof WorkflowFailedError)) throw error;
  const { remedy, ...failure } = explainFailure(error);
  // What a migration is told to send has nobody here who would take it.
  const ours = remedy?.replaceAll("send 'retry'", 'run this again') ?? null;
  say(context.stderr, 'The verification failed:', ...failureLines({ ...failure, remedy: ours }));
  return failure.type === 'InvalidInput' ? exitCodes.badInput : exitCodes.unexpected;
};
