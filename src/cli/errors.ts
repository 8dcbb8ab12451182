import type { ExitCode } from './exit-codes.js';

/** A failure that is told to the person at the terminal as it is, without a stack. May have several lines. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}
