import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DevServer, startDevServer } from './dev-server.js';
import { startWorker } from './worker-process.js';

export interface EmbeddedOptions {
  stateDirectory: string;
  /** @default temporal.db in the state directory */
  dbFilename?: string;
  /** @default 7233, or a free port when it is in use */
  port?: number;
  taskQueue: string;
  env: NodeJS.ProcessEnv;
  /** @default the compiled worker of this package */
  workerEntry?: string;
  say(line: string): void;
}

export interface Embedded extends DevServer {
  /** Resolves when one of the two is gone for good, with what to tell. */
  lost: Promise<string>;
}

/** A development server and a worker as children of this process; `stop` ends what was started here, and nothing else. */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { env, say, stateDirectory } = options;
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const dbFilename = resolve(options.dbFilename ?? join(stateDirectory, 'temporal.db'));
  const server = await startDevServer({ stateDirectory, dbFilename, port: options.port ?? 7233, env });
  for (const line of introduction(server)) say(line);
  try {
    const worker = await startWorker({
      env: workerEnvironment(options, server.address),
      logFile: join(stateDirectory, 'worker.log'),
      ...(options.workerEntry === undefined ? {} : { entry: options.workerEntry }),
      onRestart: how => say(`The worker ended (${how}) and is started again.`),
    });
    const stop = async () => {
      await worker.stop();
      await server.stop();
    };
    return { ...server, stop, lost: Promise.race([server.ended.then(serverLost), worker.failed.then(workerLost)]) };
  } catch (error) {
    await server.stop();
    throw error;
  }
};

const serverLost = (how: string): string => `The embedded Temporal ended (${how}).`;
const workerLost = (how: string): string => `The worker ended again and again (${how}).`;

const introduction = ({ startedHere, address, uiUrl, dbFilename }: DevServer): string[] => [
  startedHere
    ? 'An embedded development server and a worker are started here.'
    : 'An embedded development server runs already, and is used; a worker is started here.',
  `  Temporal ${address}, UI ${uiUrl}`,
  `  State    ${dbFilename}`,
];

/** Nothing of the settings for another Temporal may leak into it. */
const workerEnvironment = ({ env, stateDirectory, taskQueue }: EmbeddedOptions, address: string): NodeJS.ProcessEnv => {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    // Where the next one finds it, and not where a cleaner of temporary files does.
    REDIS_MIGRATION_SPOOL_DIR: join(stateDirectory, 'spools'),
    ...Object.fromEntries(others),
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: 'default',
    TEMPORAL_CONFIG_FILE: join(stateDirectory, 'no-profile.toml'),
    REDIS_MIGRATION_TASK_QUEUE: taskQueue,
  };
};
