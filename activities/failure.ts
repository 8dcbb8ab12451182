import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MigrationError } from '../src/contract/errors.js';
import type { ActivityDeps } from './deps.js';

/** Gives errors their stable type and remedy, without secrets; lets a cancellation out as what it is. */
export function reported<A extends unknown[], R>(run: (...args: A) => Promise<R>, { redactor }: ActivityDeps) {
  return async (...args: A): Promise<R> => {
    try {
      return await run(...args);
    } catch (error) {
      Context.current().cancellationSignal.throwIfAborted();
      throw toFailure(error, text => redactor.redact(text));
    }
  };
}

function toFailure(error: unknown, redact: (text: string) => string): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof MigrationError) {
    const { type, message, remedy, retryable } = error;
    return ApplicationFailure.create({
      type,
      message: redact(message),
      nonRetryable: !retryable,
      details: [{ remedy }],
    });
  }
  const message = redact(error instanceof Error ? error.message : String(error));
  const failure = ApplicationFailure.create({ type: 'Unexpected', message });
  failure.stack = redact(error instanceof Error ? (error.stack ?? '') : '');
  return failure;
}
