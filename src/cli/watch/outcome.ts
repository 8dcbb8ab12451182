import type { Explanation } from '../client/failures.js';
import type { Snapshot } from '../client/snapshot.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { escapeText } from '../view/text.js';

/** The exit code that tells how a migration ended. */
export const exitCodeOf = ({ result, execution, failure }: Snapshot): ExitCode => {
  if (result) return codesByOutcome[result.outcome] ?? exitCodes.unexpected;
  if (execution === 'CANCELLED') return exitCodes.aborted;
  if (execution === 'COMPLETED') return exitCodes.ok;
  return failure?.type === 'InvalidInput' ? exitCodes.badInput : exitCodes.unexpected;
};

const codesByOutcome: Record<string, ExitCode> = {
  completed: exitCodes.ok,
  'dry-run': exitCodes.ok,
  aborted: exitCodes.aborted,
  'rolled-back': exitCodes.rolledBack,
};

/** How it ended, and what to do next. */
export const outcomeLines = ({ workflowId, result, execution, failure }: Snapshot): string[] => {
  const id = escapeText(workflowId);
  if (result) return [`${id}: ${escapeText(result.outcome)}. The record: redis-migration report ${id}`];
  const reason = failure ? failureLines(failure) : [];
  const hint = isUnclean(execution) ? [undoHint(id)] : [];
  return [`${id}: ${execution.toLowerCase().replaceAll('_', ' ')}`, ...reason, ...hint];
};

const isUnclean = (execution: Snapshot['execution']): boolean =>
  execution === 'TERMINATED' || execution === 'TIMED_OUT';

const undoHint = (id: string): string =>
  `It could not clean up. To undo what it changed on the servers: redis-migration undo --migration ${id}`;

export const failureLines = ({ type, message, remedy }: Explanation): string[] => [
  ...(type === null ? [] : [`${escapeText(type)}:`]),
  ...message.split('\n').map(line => `  ${escapeText(line)}`),
  ...(remedy === null ? [] : [`Remedy: ${escapeText(remedy)}`]),
];
