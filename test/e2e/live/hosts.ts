import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { labDirectory, type RedisServer, type WorkerProcess, waitFor } from '../../lab/index.js';
import { syncsOf } from '../../live/syncs.js';
import type { Migration } from '../support/migration.js';

/** A machine, as far as spools go: the settings of a worker there. */
export const host = () => ({ env: { REDIS_MIGRATION_SPOOL_DIR: mkdtempSync(join(labDirectory(), 'host-')) } });

/** Which of the workers has an attempt of an activity in hand. */
export async function workerWith(
  { handle, client, id }: Migration,
  activity: string,
  workers: WorkerProcess[],
): Promise<WorkerProcess> {
  const find = async () => {
    const { raw } = await client.workflow.getHandle(id).describe();
    const started = (raw.pendingActivities ?? []).filter(
      ({ activityType, state }) => activityType?.name === activity && state === pendingActivityStarted,
    );
    const pids = started.map(({ lastWorkerIdentity }) => Number.parseInt(lastWorkerIdentity ?? '', 10));
    return workers.find(worker => worker.running() && pids.includes(worker.pid));
  };
  const what = `${activity} of ${handle.workflowId} to be in somebody's hands`;
  return (await waitFor(find, { what, timeoutMs: 30_000 })) as WorkerProcess;
}

const pendingActivityStarted = 2;

/** Until a source was asked so often for everything, and could so often go on. */
export async function untilAsked(source: RedisServer, often: { full: number; partial: number }): Promise<void> {
  const what = `the source to be asked ${JSON.stringify(often)}`;
  await waitFor(() => syncsOf(source), { what, until: it => it.full === often.full && it.partial === often.partial });
}

/** The task queues on which an activity was scheduled. */
export async function queuesOf({ newest }: Migration, activity: string): Promise<(string | null | undefined)[]> {
  const { events } = await newest.fetchHistory();
  const scheduled = (events ?? []).map(event => event.activityTaskScheduledEventAttributes);
  return scheduled.filter(it => it?.activityType?.name === activity).map(it => it?.taskQueue?.name);
}
