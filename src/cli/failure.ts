import { MigrationError } from '../contract/errors.js';
import { explainCall } from './client/failures.js';
import { Refusal } from './client/send.js';
import { type CliContext, say } from './context.js';
import { CliError } from './errors.js';
import { type ExitCode, exitCodes } from './exit-codes.js';
import { escapeLines } from './view/text.js';

/** Says what failed, on standard error, and gives the exit code for it. */
export const tellFailure = ({ stderr, env }: CliContext, error: unknown): ExitCode => {
  const { exitCode, message } = judge(error);
  say(stderr, escapeLines(message));
  if (env.REDIS_MIGRATION_DEBUG && error instanceof Error) say(stderr, escapeLines(error.stack ?? ''));
  return exitCode;
};

const judge = (error: unknown): { exitCode: ExitCode; message: string } => {
  if (error instanceof CliError) return error;
  if (error instanceof Refusal) return { exitCode: exitCodes.refused, message: `Refused: ${error.message}` };
  if (error instanceof MigrationError) {
    return { exitCode: exitCodes.badInput, message: `${error.type}: ${error.message}\nRemedy: ${error.remedy}` };
  }
  const call = explainCall(error);
  if (call) return { exitCode: call.exitCode, message: `Temporal did not do it: ${call.message}` };
  return { exitCode: exitCodes.unexpected, message: `Unexpected error: ${textOf(error)}` };
};

const textOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error);
  return `${message}\n(REDIS_MIGRATION_DEBUG=1 shows where)`;
};
