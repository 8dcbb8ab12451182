import { isGrpcServiceError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError, TemporalFailure, WorkflowNotFoundError } from '@temporalio/common';
import { errorTable } from '../../contract/errors.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { isRecord } from './read-status.js';
import { NoAnswer } from './within.js';

export interface Explanation {
  /** The stable type of an error of ours, if it is one. */
  type: string | null;
  message: string;
  remedy: string | null;
}

/** What made a workflow or a message fail: the innermost failure that says something. */
export const explainFailure = (error: unknown): Explanation => {
  const failure = innermost(error);
  const type = failure instanceof ApplicationFailure ? (failure.type ?? null) : null;
  const message = failure instanceof Error ? failure.message : String(failure);
  return {
    type,
    message,
    remedy: type !== null && isOurs(type) ? (remedyIn(failure) ?? errorTable[type].remedy) : null,
  };
};

/** One that fits the case better than what the type has in general. */
const remedyIn = (failure: unknown): string | null => {
  const [detail] = failure instanceof ApplicationFailure ? (failure.details ?? []) : [];
  return isRecord(detail) && typeof detail.remedy === 'string' ? detail.remedy : null;
};

const isOurs = (type: string): type is keyof typeof errorTable => Object.hasOwn(errorTable, type);

const innermost = (error: unknown): unknown => {
  let found = error;
  while (found instanceof Error && !(found instanceof ApplicationFailure) && mayExplainMore(found)) found = found.cause;
  return found;
};

const mayExplainMore = (error: Error): boolean =>
  error.cause instanceof Error && (error.cause instanceof TemporalFailure || error.cause.message !== '');

/** A call to Temporal that failed: which exit code, and why in a few words. Null when it is no failure of a call. */
export const explainCall = (error: unknown): { exitCode: ExitCode; message: string } | null => {
  if (error instanceof WorkflowNotFoundError)
    return { exitCode: exitCodes.notFound, message: 'there is no such migration' };
  if (error instanceof NamespaceNotFoundError) {
    return { exitCode: exitCodes.unreachable, message: `it has no namespace ${error.namespace}` };
  }
  if (error instanceof NoAnswer) return { exitCode: exitCodes.unreachable, message: error.message };
  if (error instanceof WorkflowFailedError) return null;
  const call = causeThat(error, isGrpcServiceError);
  if (call === null) return null;
  const exitCode = call.code === invalidArgument ? exitCodes.badInput : exitCodes.unreachable;
  return { exitCode, message: call.details || call.message };
};

/** Of gRPC. */
const invalidArgument = 3;

const causeThat = <T extends Error>(error: unknown, wanted: (error: unknown) => error is T): T | null => {
  for (let found = error; found instanceof Error; found = found.cause) if (wanted(found)) return found;
  return null;
};
