import { existsSync } from 'node:fs';
import { rename, stat, writeFile } from 'node:fs/promises';
import { Context, sleep } from '@temporalio/activity';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { builtFile } from '../../lab/built.js';

/** A program in the place of the real worker: the same variables, the same word when it is ready, the stand-in workflow. */
const logger = new DefaultLogger('ERROR');
const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
Runtime.install({ logger, telemetryOptions: { logging: { filter } } });

/** Tells its progress by heartbeats alone, until it is cancelled. */
const monitorReplication = async (): Promise<void> => {
  for (;;) {
    Context.current().heartbeat({ progress: { keysDone: 7, keysTotal: 9, lagBytes: 'x' }, detail: 'from a heartbeat' });
    await sleep('200ms');
  }
};

/** Made once a build: bundling takes longer than the rest of the start. */
async function bundled(workflowsPath: string): Promise<string> {
  const { mtimeMs } = await stat(workflowsPath);
  const codePath = `${workflowsPath}.${mtimeMs}.bundle.cjs`;
  if (existsSync(codePath)) return codePath;
  const { code } = await bundleWorkflowCode({ workflowsPath, logger });
  await writeFile(`${codePath}.${process.pid}`, code);
  await rename(`${codePath}.${process.pid}`, codePath);
  return codePath;
}

const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
const worker = await Worker.create({
  connection,
  taskQueue: process.env.REDIS_MIGRATION_TASK_QUEUE ?? 'redis-migration',
  workflowBundle: { codePath: await bundled(builtFile('test/cli/support/stand-in-workflow.js')) },
  activities: { monitorReplication },
  maxHeartbeatThrottleInterval: '500ms',
  // Tasks for a worker that was killed go to the next one soon.
  stickyQueueScheduleToStartTimeout: '500ms',
});
console.log('worker ready');
await worker.run();
await connection.close();
