import { Context, sleep } from '@temporalio/activity';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
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

const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS ?? '' });
const worker = await Worker.create({
  connection,
  taskQueue: process.env.REDIS_MIGRATION_TASK_QUEUE ?? 'redis-migration',
  workflowsPath: builtFile('test/cli/support/stand-in-workflow.js'),
  activities: { monitorReplication },
  maxHeartbeatThrottleInterval: '500ms',
  // Tasks for a worker that was killed go to the next one soon.
  stickyQueueScheduleToStartTimeout: '500ms',
});
console.log('worker ready');
await worker.run();
await connection.close();
