import { Client, Connection } from '@temporalio/client';
import { allSettled, Closers } from './closers.js';
import { type RedisOptions, type RedisServer, startRedis } from './redis.js';
import { startTemporal, type TemporalOptions, TemporalServer } from './temporal.js';
import { startWorker, type WorkerOptions, type WorkerProcess } from './worker.js';

export interface LabOptions {
  source?: RedisOptions;
  target?: RedisOptions;
  /** One that runs already is used, and left running. */
  temporal?: TemporalServer | TemporalOptions;
  /** How many, or the settings of each. @default 1 */
  workers?: number | Array<Omit<WorkerOptions, 'address'>>;
  /** For every worker: the secrets, for example. */
  env?: Record<string, string>;
}

export interface Lab {
  source: RedisServer;
  target: RedisServer;
  temporal: TemporalServer;
  workers: WorkerProcess[];
  /** The first worker. */
  worker: WorkerProcess;
  client: Client;
  /** One more worker; closed with the rest. */
  addWorker(options?: Omit<WorkerOptions, 'address'>): Promise<WorkerProcess>;
  close(): Promise<void>;
}

/** Two Redis servers, Temporal and workers, all real. `close` ends all of it; so does a failure half-way. */
export async function lab(options: LabOptions = {}): Promise<Lab> {
  const closers = new Closers();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start(options: LabOptions, closers: Closers): Promise<Lab> {
  const [source, target, temporal] = await allSettled<[RedisServer, RedisServer, TemporalServer]>([
    closers.keep(startRedis(options.source), server => server.discard()),
    closers.keep(startRedis(options.target), server => server.discard()),
    options.temporal instanceof TemporalServer
      ? Promise.resolve(options.temporal)
      : closers.keep(startTemporal(options.temporal), server => server.discard()),
  ]);
  const connection = await closers.keep(Connection.connect({ address: temporal.address }), it => it.close());
  const client = new Client({ connection, namespace: temporal.namespace });
  const workers: WorkerProcess[] = [];
  const addWorker = async (settings: Omit<WorkerOptions, 'address'> = {}): Promise<WorkerProcess> => {
    const env = { ...options.env, ...settings.env };
    const name = settings.name ?? `worker ${workers.length + 1}`;
    const starting = startWorker({ ...settings, name, env, address: temporal.address });
    const worker = await closers.keep(starting, it => it.kill());
    workers.push(worker);
    return worker;
  };
  await allSettled(wanted(options.workers).map(addWorker));
  return {
    source,
    target,
    temporal,
    client,
    workers,
    get worker() {
      const [first] = workers;
      if (!first) throw new Error('this laboratory was started without a worker');
      return first;
    },
    addWorker,
    close: () => closers.close(),
  };
}

const wanted = (workers: LabOptions['workers'] = 1): Array<Omit<WorkerOptions, 'address'>> =>
  typeof workers === 'number' ? Array.from({ length: workers }, (_, n) => ({ name: `worker ${n + 1}` })) : workers;
