import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { CliError } from '../errors.js';
import { exitCodes } from '../exit-codes.js';
import { type Child, logTail, startChild } from './child.js';
import { portFrom } from './ports.js';
import { claim, livingServer, release, type ServerState, writeState } from './state-file.js';
import { findTemporalBinary } from './temporal-binary.js';

export interface DevServerOptions {
  stateDirectory: string;
  dbFilename: string;
  /** Another free one is taken when it is in use. */
  port: number;
  env: NodeJS.ProcessEnv;
}

export interface DevServer extends ServerState {
  /** False: it ran already, and is left running. */
  startedHere: boolean;
  ended: Promise<string>;
  stop(): Promise<void>;
}

const readyWithinMs = 30_000;

/** A development server whose state outlives it in a file; the one of this directory, if it runs already. */
export const startDevServer = async (options: DevServerOptions): Promise<DevServer> => {
  const holder = await claim(options.stateDirectory);
  if (holder === null) return startOwn(options);
  const running = await livingServer(options.stateDirectory);
  if (running && !(await serves(running.address))) {
    // Its process is gone, and another one has its number now; or it hangs, and then its database is locked.
    await release(options.stateDirectory);
    return startDevServer(options);
  }
  if (running) return { ...running, startedHere: false, ended: new Promise(() => {}), stop: async () => {} };
  throw new CliError(
    exitCodes.refused,
    `Process ${holder.pid} is just starting an embedded Temporal there (${options.stateDirectory}). Try again in a moment.`,
  );
};

const startOwn = async (options: DevServerOptions): Promise<DevServer> => {
  try {
    const binary = await findTemporalBinary(options.env);
    return await launch(binary, options);
  } catch (error) {
    await release(options.stateDirectory);
    throw error;
  }
};

const launch = async (
  binary: string,
  { stateDirectory, dbFilename, port, env }: DevServerOptions,
): Promise<DevServer> => {
  const ports = { own: await portFrom(port), ui: await portFrom(port + 1_000) };
  const logFile = join(stateDirectory, 'temporal.log');
  const child = startChild(binary, argumentsFor(dbFilename, ports), { env, logFile });
  const state = {
    pid: child.pid,
    address: `127.0.0.1:${ports.own}`,
    uiUrl: `http://127.0.0.1:${ports.ui}`,
    dbFilename,
  };
  await untilReady(state.address, child, logFile);
  await writeState(stateDirectory, state);
  const stop = async () => {
    await child.stop(10_000);
    await release(stateDirectory);
  };
  return { ...state, startedHere: true, ended: child.ended, stop };
};

const argumentsFor = (dbFilename: string, { own, ui }: { own: number; ui: number }): string[] => {
  const ports = ['--ip', '127.0.0.1', '--port', String(own), '--ui-port', String(ui)];
  return ['server', 'start-dev', ...ports, '--db-filename', dbFilename, '--log-level', 'error'];
};

const untilReady = async (address: string, child: Child, logFile: string): Promise<void> => {
  const until = Date.now() + readyWithinMs;
  let end: string | undefined;
  void child.ended.then(how => {
    end = how;
  });
  while (!(await serves(address))) {
    if (end === undefined && Date.now() < until) continue;
    await child.stop(1_000);
    throw new CliError(
      exitCodes.unreachable,
      `The embedded Temporal did not start (${end ?? `not within ${readyWithinMs / 1_000} s`}). Its log, ${logFile}:\n${await logTail(logFile)}`,
    );
  }
};

const serves = async (address: string): Promise<boolean> => {
  await sleep(100);
  const connection = Connection.lazy({ address, interceptors: [] });
  try {
    const request = () => connection.workflowService.describeNamespace({ namespace: 'default' });
    await connection.withDeadline(Date.now() + 1_000, request);
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
};
