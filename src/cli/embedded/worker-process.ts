import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { workerEntry } from '../project.js';
import { type Child, logTail, startChild } from './child.js';

export interface WorkerOptions {
  /** With TEMPORAL_ADDRESS and the like for this worker. */
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** @default the compiled worker of this package */
  entry?: string;
  /** Told when it died and is started again. */
  onRestart: (how: string) => void;
}

export interface WorkerProcess {
  /** Given up: it died too often. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
const mostRestarts = 5;
/** Running activities are given time to heartbeat where they are. */
const graceMs = 25_000;

/** A worker that is there again a second after it died. */
export const startWorker = async (options: WorkerOptions): Promise<WorkerProcess> => {
  let child = await launch(options);
  let stopping = false;
  const keep = async (): Promise<string> => {
    for (let restarts = 0; ; restarts += 1) {
      const how = await child.ended;
      if (stopping) return new Promise(() => {});
      if (restarts === mostRestarts) return how;
      options.onRestart(how);
      await sleep(1_000);
      if (!stopping) child = launchUnchecked(options).child;
    }
  };
  const failed = keep();
  const stop = async () => {
    stopping = true;
    await child.stop(graceMs);
  };
  return { failed, stop };
};

const launch = async (options: WorkerOptions): Promise<Child> => {
  const { child, ready } = launchUnchecked(options);
  const limit = new AbortController();
  const end = await Promise.race([
    ready,
    child.ended,
    sleep(readyWithinMs, `not ready within ${readyWithinMs / 1_000} s`, { signal: limit.signal }),
  ]);
  limit.abort();
  if (end === readyLine) return child;
  await child.stop(1_000);
  const log = await logTail(options.logFile);
  throw new CliError(exitCodes.unreachable, `The worker did not start (${end}). Its log, ${options.logFile}:\n${log}`);
};

const readyLine = 'worker ready';

const launchUnchecked = ({ entry = workerEntry(), env, logFile }: WorkerOptions) => {
  if (!existsSync(entry)) {
    throw new CliError(exitCodes.unexpected, `There is no compiled worker at ${entry}: run 'npm run build' first.`);
  }
  let child: Child | undefined;
  const ready = new Promise<string>(resolve => {
    const onLine = (line: string) => line.includes(readyLine) && resolve(readyLine);
    child = startChild(process.execPath, [entry], { env, logFile, onLine });
  });
  return { child: child as unknown as Child, ready };
};
