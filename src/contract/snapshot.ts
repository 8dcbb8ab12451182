import type { ServerInput } from './input.js';
import type { ServerPlan } from './plan.js';

/** The one argument of the workflow `redisSnapshot`, which takes a snapshot into a file for people. */
export interface SnapshotInput {
  source: ServerInput;
  /** Within the directory that the worker allows (REDIS_MIGRATION_RDB_DIR). One that is there is replaced. */
  file: string;
}

export interface SnapshotPlan {
  source: ServerPlan;
  file: string;
}

export interface SnapshotResult {
  /** Its path from the worker's directory of snapshots. */
  file: string;
  /** The name of the machine that has it. */
  worker: string;
  bytes: number;
  /** Of the format, such as 9 for Redis 5.0 to 6.2: what reads it must know this version. */
  rdbVersion: number;
  /** `host:port` of the source. */
  server: string;
  /** When it was whole, in ISO 8601 UTC. */
  at: string;
}
