import { defaultTaskQueue } from '../src/contract/messages.js';
import { type SpoolConfiguration, spoolConfiguration } from '../src/live/spool/from-environment.js';
import { type SnapshotSettings, snapshotSettings } from '../src/rdb/file/snapshot-file.js';
import { type SecretSettings, secretSettings } from '../src/server/secrets.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The worker's own configuration, all of it from the environment. */
export interface WorkerSettings {
  /** `REDIS_MIGRATION_TASK_QUEUE`. @default "redis-migration" */
  taskQueue: string;
  secrets: SecretSettings;
  /** `REDIS_MIGRATION_HOOKS`: the JSON file with the hooks by name. */
  hooksFile: string | undefined;
  snapshots: SnapshotSettings;
  live: SpoolConfiguration;
  /** `REDIS_MIGRATION_LOG_LEVEL`. @default "INFO" */
  logLevel: LogLevel;
  /** `REDIS_MIGRATION_WORKFLOW_CACHE`: workflows kept in memory; 0 replays each task from its history. */
  maxCachedWorkflows: number | undefined;
}

const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
export type LogLevel = (typeof logLevels)[number];

/** @throws Error naming the variable, what was expected, and what came */
export function readSettings(env: Environment): WorkerSettings {
  return {
    taskQueue: env.REDIS_MIGRATION_TASK_QUEUE || defaultTaskQueue,
    secrets: secretSettings(env),
    hooksFile: env.REDIS_MIGRATION_HOOKS || undefined,
    snapshots: snapshotSettings(env),
    live: spoolConfiguration(env),
    logLevel: oneOf('REDIS_MIGRATION_LOG_LEVEL', env.REDIS_MIGRATION_LOG_LEVEL?.toUpperCase() || 'INFO', logLevels),
    maxCachedWorkflows: count('REDIS_MIGRATION_WORKFLOW_CACHE', env.REDIS_MIGRATION_WORKFLOW_CACHE),
  };
}

function oneOf<T extends string>(name: string, value: string, choices: readonly T[]): T {
  const choice = choices.find(each => each === value);
  if (choice === undefined) throw new Error(`${name}: expected ${choices.join(', ')}; came ${JSON.stringify(value)}`);
  return choice;
}

function count(name: string, value: string | undefined): number | undefined {
  if (!value) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw new Error(`${name}: expected a whole number; came ${JSON.stringify(value)}`);
  return Number(value);
}
