import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { condition, ParentClosePolicy, sleep, startChild, workflowInfo } from '@temporalio/workflow';
import type { Blocker } from '../src/contract/status.js';
import { quick } from './activities.js';
import { Blocked } from './blocked.js';

/** Holds one server for its parent, and ends with it, in whatever way it ends. */
export async function redisMigrationLock(): Promise<void> {
  await condition(() => false);
}

const lockId = (runId: string): string => `redis-migration-lock-${runId}`;

/**
 * One migration a server at a time, by the server process's `run_id`.
 * @throws Blocked ServerLocked, naming the holder
 */
export async function lockServer(side: string, runId: string): Promise<void> {
  const id = lockId(runId);
  for (let tries = 0; tries < 10; tries++) {
    if (await claim(id)) return;
    const holder = await quick.lockHolder(id);
    if (holder !== null && holder !== workflowInfo().workflowId) throw new Blocked([lockedBy(side, holder)]);
    // Held for an earlier run of this same workflow: Temporal is about to end that lock.
    if (holder !== null) await sleep('500ms');
  }
  throw new Blocked([lockedBy(side, workflowInfo().workflowId)]);
}

async function claim(workflowId: string): Promise<boolean> {
  try {
    await startChild(redisMigrationLock, { workflowId, parentClosePolicy: ParentClosePolicy.TERMINATE });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

const lockedBy = (side: string, holder: string): Blocker => ({
  step: 'connectivity',
  type: 'ServerLocked',
  message: `The ${side} is held by the migration ${holder}.`,
  remedy: `Wait for ${holder}, or end it; one migration a server at a time. Then send 'retry'.`,
});
