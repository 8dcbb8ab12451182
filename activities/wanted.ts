import { Context } from '@temporalio/activity';
import { MigrationError } from '../src/contract/errors.js';

/**
 * Makes sure that Temporal still waits for this very attempt, before it touches a server. A stopped worker may have
 * taken a task that begins only when it goes on, long after another attempt has done the work and cleaned up: nothing
 * on the worker or on the servers tells.
 * Resolves to when it asked, by `performance.now()`: from then on the attempt's own clock tells how late it is.
 * @throws MigrationError Superseded
 */
export async function assertWanted(): Promise<number> {
  const { info, client } = Context.current();
  const { workflowId, runId } = info.workflowExecution ?? {};
  const askedAt = performance.now();
  const { raw } = await client.workflow.getHandle(workflowId ?? '', runId).describe();
  const pending = raw.pendingActivities?.find(({ activityId }) => activityId === info.activityId);
  if (pending?.attempt !== info.attempt) {
    throw new MigrationError('Superseded', `Temporal no longer waits for this attempt of ${info.activityType}.`);
  }
  return askedAt;
}
