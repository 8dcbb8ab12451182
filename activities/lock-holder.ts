import { Context } from '@temporalio/activity';
import type { ActivityDeps } from './deps.js';

/** Which migration holds a lock, by its workflow id; null when nobody does any more. */
export const lockHolder =
  (_deps: ActivityDeps) =>
  async (lockId: string): Promise<string | null> => {
    const lock = await Context.current().client.workflow.getHandle(lockId).describe();
    return lock.status.name === 'RUNNING' ? (lock.parentExecution?.workflowId ?? null) : null;
  };
