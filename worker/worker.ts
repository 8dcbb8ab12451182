import { fileURLToPath } from 'node:url';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityDeps } from '../activities/deps.js';
import { createActivities, createCutoverActivities, createSpoolActivities } from '../activities/index.js';
import { spoolQueue } from '../src/contract/spool-queue.js';
import { loadHooks } from '../src/hooks/load-hooks.js';
import { spoolIdIn } from '../src/live/spool/spool-id.js';
import type { Redactor } from '../src/server/redact.js';
import { createSecretResolver } from '../src/server/secrets.js';
import { tidySpools } from './leftovers.js';
import type { WorkerSettings } from './settings.js';
import { connectionOptions } from './temporal.js';

const bundlePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
/** Heartbeats of the critical section must get through at their own pace. */
const heartbeats = { maxHeartbeatThrottleInterval: '500ms', defaultHeartbeatThrottleInterval: '500ms' } as const;
/** A killed worker's workflows are taken over by another one after so long, instead of after 10 s. */
const takeover = { stickyQueueScheduleToStartTimeout: '2s' } as const;
/** Each poll that a stopped worker has open swallows a task for a timeout: two of a kind are enough, as all work is coarse. */
const polls = { maxConcurrentActivityTaskPolls: 2, maxConcurrentWorkflowTaskPolls: 2 } as const;
const shutdown = { shutdownGraceTime: '10s', shutdownForceTime: '20s' } as const;

/** The workers of this process: the checklist's, and on task queues of their own that of the critical section and that of its spools. */
export interface MigrationWorkers {
  /** Resolves when all have ended; rejects when one fails. */
  run(): Promise<void>;
  shutdown(): void;
}

export async function createWorkers(
  settings: WorkerSettings,
  redactor: Redactor,
  faults: Pick<ActivityDeps, 'onAct'> = {},
): Promise<MigrationWorkers> {
  const deps: ActivityDeps = {
    secrets: createSecretResolver({ ...settings.secrets, env: process.env, redactor }),
    redactor,
    hooks: await loadHooks(settings.hooksFile),
    snapshots: settings.snapshots,
    live: settings.live,
    spoolId: await spoolIdFor(settings),
    ...faults,
  };
  const { connection, namespace } = await connectionOptions();
  const native = await NativeConnection.connect(connection);
  const common = { connection: native, namespace, ...heartbeats, ...shutdown };
  const alone = { ...common, maxConcurrentActivityTaskPolls: 1 };
  const { taskQueue } = settings;
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue,
      ...workflows(settings),
      ...takeover,
      ...polls,
      activities: createActivities(deps),
    }),
    Worker.create({
      ...alone,
      taskQueue: `${taskQueue}-cutover`,
      activities: createCutoverActivities(deps),
    }),
    ...(deps.spoolId === null
      ? []
      : [
          Worker.create({
            ...alone,
            taskQueue: spoolQueue(taskQueue, deps.spoolId),
            activities: createSpoolActivities(deps),
          }),
        ]),
  ]);
  return {
    run: async () => {
      const endTidying = tidySpools(native, namespace, settings.live.spoolDir);
      try {
        await Promise.all(workers.map(worker => worker.run()));
      } finally {
        endTidying();
        await native.close();
      }
    },
    shutdown: () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

/** Null: migrations that need no spool can be worked on all the same. */
async function spoolIdFor({ live }: WorkerSettings): Promise<string | null> {
  try {
    return await spoolIdIn(live.spoolDir);
  } catch (error) {
    Runtime.instance().logger.warn('no spools can be kept here', { error });
    return null;
  }
}

function workflows({ maxCachedWorkflows }: WorkerSettings): Partial<WorkerOptions> {
  return {
    workflowBundle: { codePath: bundlePath },
    ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
  };
}
