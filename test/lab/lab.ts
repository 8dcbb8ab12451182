import { Client, Connection } from '@temporalio/client';
import { allSettled, Closers } from './closers.js';
import { type RedisOptions, type RedisServer, startRedis } from './redis.js';
import { startTemporal, type TemporalOptions, TemporalServer } from './temporal.js';
import { startWorker, type WorkerOptions, type WorkerProcess } from './worker.js';
import { startWriters, type Writers, type WritersOptions } from './writers.js';

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

/** Two Redis servers, Temporal and workers, all real. `close` ends all of it; so does a failure half-way. */
export async function lab(options: LabOptions = {}): Promise<Lab> {
  const closers = new Closers();
  try {
    const it = await start(options, closers);
    await allSettled(wanted(options.workers).map(settings => it.addWorker(settings)));
    return it;
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function start({ source, target, temporal, env }: LabOptions, closers: Closers): Promise<Lab> {
  const servers = await allSettled<[RedisServer, RedisServer, TemporalServer]>([
    closers.keep(startRedis(source), server => server.discard()),
    closers.keep(startRedis(target), server => server.discard()),
    temporal instanceof TemporalServer
      ? Promise.resolve(temporal)
      : closers.keep(startTemporal(temporal), server => server.discard()),
  ]);
  const { address, namespace } = servers[2];
  const connection = await closers.keep(Connection.connect({ address }), it => it.close());
  return new Lab(servers, new Client({ connection, namespace }), env ?? {}, closers);
}

export class Lab {
  readonly source: RedisServer;
  readonly target: RedisServer;
  readonly temporal: TemporalServer;
  readonly workers: WorkerProcess[] = [];
  readonly #closers: Closers;
  readonly #env: Record<string, string>;

  constructor(
    [source, target, temporal]: [RedisServer, RedisServer, TemporalServer],
    readonly client: Client,
    env: Record<string, string>,
    closers: Closers,
  ) {
    this.source = source;
    this.target = target;
    this.temporal = temporal;
    this.#env = env;
    this.#closers = closers;
  }

  /** The first one. */
  get worker(): WorkerProcess {
    const [first] = this.workers;
    if (!first) throw new Error('this laboratory was started without a worker');
    return first;
  }

  /** One more; closed with the rest. */
  async addWorker(settings: Omit<WorkerOptions, 'address'> = {}): Promise<WorkerProcess> {
    const env = { ...this.#env, ...settings.env };
    const starting = startWorker({ ...settings, env, address: this.temporal.address });
    const worker = await this.#closers.keep(starting, it => it.kill());
    this.workers.push(worker);
    return worker;
  }

  /** Writers that start at the source and know the target; closed with the rest. */
  startWriters(options: Partial<WritersOptions> = {}): Promise<Writers> {
    return this.#closers.keep(startWriters({ source: this.source, target: this.target, ...options }), it => it.kill());
  }

  close(): Promise<void> {
    return this.#closers.close();
  }
}

const wanted = (workers: LabOptions['workers'] = 1): Array<Omit<WorkerOptions, 'address'>> =>
  typeof workers === 'number' ? Array.from({ length: workers }, (_, n) => ({ name: `worker ${n + 1}` })) : workers;
