import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { ActivityDeps } from '../activities/deps.js';
import { createActivities, createCutoverActivities } from '../activities/index.js';
import { loadHooks } from '../src/hooks/load-hooks.js';
import type { Redactor } from '../src/server/redact.js';
import { createSecretResolver } from '../src/server/secrets.js';
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

/** Both workers of this process: the checklist's, and the critical section's on a task queue of its own. */
export interface MigrationWorkers {
  /** Resolves when both have ended; rejects when one fails. */
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
    ...faults,
  };
  const { connection, namespace } = await connectionOptions();
  const native = await NativeConnection.connect(connection);
  const common = { connection: native, namespace, ...heartbeats, ...shutdown };
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
      ...common,
      taskQueue: `${taskQueue}-cutover`,
      maxConcurrentActivityTaskPolls: 1,
      activities: createCutoverActivities(deps),
    }),
  ]);
  return {
    run: async () => {
      await Promise.all(workers.map(worker => worker.run())).finally(() => native.close());
    },
    shutdown: () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

function workflows({ maxCachedWorkflows }: WorkerSettings): Partial<WorkerOptions> {
  return {
    workflowBundle: { codePath: bundlePath },
    ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
  };
}
