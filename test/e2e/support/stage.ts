import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, type TestContext, vi } from 'vitest';
import { Closers } from '../../lab/closers.js';
import {
  startTemporal,
  startWorker,
  type TemporalServer,
  type WorkerOptions,
  type WorkerProcess,
} from '../../lab/index.js';
import { Trial, type TrialOptions } from './trial.js';

/** What the tests of one file share: Temporal and a worker. Each test has its own pair of Redis servers. */
export interface Stage {
  readonly temporal: TemporalServer;
  readonly worker: WorkerProcess;
  readonly client: Client;
  /** A pair of servers; ended with the test, together with the migrations that still run. */
  trial(context: TestContext, options?: TrialOptions): Promise<Trial>;
  /** A worker of one test alone, on a task queue of its own. */
  ownWorker(
    context: TestContext,
    options: Omit<WorkerOptions, 'address'> & { taskQueue: string },
  ): Promise<WorkerProcess>;
}

/** Passwords and other settings of the shared worker. */
export interface StageOptions {
  env?: Record<string, string>;
}

/** Starts the stage before the file's tests, and ends it after them. */
export function useStage({ env = {} }: StageOptions = {}): Stage {
  // A migration takes some ten seconds, several run at a time, and the machine may be busy.
  vi.setConfig({ testTimeout: 90_000, maxConcurrency: 8 });
  const closers = new Closers();
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start(env, closers);
  });
  afterAll(() => closers.close());
  const stage = (): Started => {
    if (!started) throw new Error('the stage has not started');
    return started;
  };
  return {
    get temporal() {
      return stage().temporal;
    },
    get worker() {
      return stage().worker;
    },
    get client() {
      return stage().client;
    },
    trial: async ({ onTestFinished }, options = {}) => {
      const trial = await Trial.begin(stage().client, options);
      onTestFinished(() => trial.close());
      return trial;
    },
    ownWorker: async ({ onTestFinished }, options) => {
      const own = await startWorker({ ...options, address: stage().temporal.address, env: { ...env, ...options.env } });
      onTestFinished(() => own.kill());
      return own;
    },
  };
}

type Started = Pick<Stage, 'temporal' | 'worker' | 'client'>;

async function start(env: Record<string, string>, closers: Closers): Promise<Started> {
  const temporal = await closers.keep(startTemporal(), it => it.discard());
  const worker = await closers.keep(startWorker({ address: temporal.address, env }), it => it.kill());
  const connection = await closers.keep(Connection.connect({ address: temporal.address }), it => it.close());
  return { temporal, worker, client: new Client({ connection, namespace: temporal.namespace }) };
}
