import { hostname } from 'node:os';
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/**
 * The container's health check: asks Temporal whether a worker of this host polls the task queue for activities.
 * A process that runs but is not served, or is stuck, is not healthy. A poll lasts about a minute.
 */
const recentMs = 180_000;
const activityTaskQueue = 2;

async function lastPoll() {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5s' });
  const { workflowService } = new Client({ connection }).connection;
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: process.env.REDIS_MIGRATION_TASK_QUEUE || 'redis-migration' },
    taskQueueType: activityTaskQueue,
  });
  await connection.close();
  const mine = pollers.filter(({ identity }) => identity?.endsWith(`@${hostname()}`));
  return Math.max(0, ...mine.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000));
}

const last = await lastPoll().catch(error => {
  console.log(error.message);
  return 0;
});
const healthy = Date.now() - last < recentMs;
console.log(healthy ? 'a worker of this host polls' : 'no worker of this host polls');
process.exit(healthy ? 0 : 1);
