import { type Client, type WorkflowExecutionDescription, WorkflowFailedError } from '@temporalio/client';
import type { MigrationResult, MigrationStatus } from '../../contract/status.js';
import { type Explanation, explainFailure } from './failures.js';
import { heartbeatsOf, mergeHeartbeats } from './heartbeats.js';
import { readResult, readStatus } from './read-status.js';
import { NoAnswer, within } from './within.js';

/** What Temporal and the worker say of a migration at one moment. */
export interface Snapshot {
  workflowId: string;
  runId: string;
  /** Temporal's own: `RUNNING`, `COMPLETED`, `FAILED`, ... */
  execution: WorkflowExecutionDescription['status']['name'];
  /** Null: no worker answered, see `silence`. */
  status: MigrationStatus | null;
  /** Of a completed one. */
  result: MigrationResult | null;
  /** Of one that was refused, cancelled, terminated or that failed. */
  failure: Explanation | null;
  /** Why there is no status. */
  silence: string | null;
}

/** Needs no worker: when Temporal is there, it answers at once. */
const describeLimitMs = 2_000;

/** @throws when Temporal isn't reachable or has no such workflow; a worker that doesn't answer is only noted */
export const takeSnapshot = async (client: Client, workflowId: string, limitMs: number): Promise<Snapshot> => {
  const handle = client.workflow.getHandle(workflowId);
  const description = await within(client, Math.min(limitMs, describeLimitMs), () => handle.describe());
  const { runId, status: execution } = description;
  const base = {
    workflowId,
    runId,
    execution: execution.name,
    status: null,
    result: null,
    failure: null,
    silence: null,
  };
  if (!isOpen(execution.name)) return { ...base, ...(await endOf(client, workflowId, limitMs)) };
  const answer = await queryStatus(client, workflowId, limitMs);
  const heartbeats = await heartbeatsOf(client, description);
  return { ...base, ...answer, status: answer.status && mergeHeartbeats(answer.status, heartbeats) };
};

// Temporal's own pause of a workflow is no end.
export const isOpen = (execution: Snapshot['execution']): boolean => execution === 'RUNNING' || execution === 'PAUSED';

const endOf = async (client: Client, workflowId: string, limitMs: number): Promise<Partial<Snapshot>> => {
  try {
    const answer = await within(client, limitMs, () => client.workflow.getHandle(workflowId).result());
    const result = readResult(answer);
    return { result, status: result?.status ?? null, silence: result ? null : 'its result is not that of a migration' };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const failure = explainFailure(error);
    // Refused at start: there was never a status. Otherwise the last one tells what was left how.
    const last = failure.type === 'InvalidInput' ? { status: null } : await queryStatus(client, workflowId, limitMs);
    return { failure, ...last, status: last.status && { ...last.status, nextSteps: [] } };
  }
};

type Answer = Pick<Snapshot, 'status' | 'silence'>;

const queryStatus = async (client: Client, workflowId: string, limitMs: number): Promise<Answer> => {
  try {
    const answer = await within(client, limitMs, () => client.workflow.getHandle(workflowId).query('status'));
    const status = readStatus(answer);
    return { status, silence: status === null ? "the worker's answer is not a status" : null };
  } catch (error) {
    if (error instanceof NoAnswer) return { status: null, silence: 'no worker answers' };
    return { status: null, silence: `no status: ${explainFailure(error).message}` };
  }
};
