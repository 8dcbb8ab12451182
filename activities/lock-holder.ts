import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { ActivityDeps } from './deps.js';

/**
 * Which migration holds a lock, by its workflow id; null when nobody does any more. Temporal ends a lock with its
 * migration, but not when that was reset: then it is ended here.
 */
export const lockHolder =
  (_deps: ActivityDeps) =>
  async (lockId: string): Promise<string | null> => {
    const { workflow } = Context.current().client;
    const { status, runId, parentExecution } = await workflow.getHandle(lockId).describe();
    if (status.name !== 'RUNNING' || !parentExecution?.workflowId) return null;
    const { workflowId, runId: holderRunId } = parentExecution;
    const holder = await found(workflow.getHandle(workflowId, holderRunId ?? undefined).describe());
    if (holder?.status.name === 'RUNNING') return workflowId;
    await found(workflow.getHandle(lockId, runId).terminate('the migration that held it has ended'));
    return null;
  };

async function found<T>(looked: Promise<T>): Promise<T | null> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
