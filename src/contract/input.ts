/**
 * The one argument of the workflow `redisMigration`, as a person types it. Durations are strings (`"5s"`, `"24h"`), times
 * ISO 8601 UTC, sizes bytes or strings (`"50MB"`). Defaults and checks: `readInput`.
 */
export interface MigrationInput {
  source: ServerInput;
  target: TargetInput;
  /** @default "auto" */
  method?: Method | 'auto';
  /** Everything, when missing. Not with `replication`. */
  filter?: FilterInput;
  rename?: RenameInput;
  /** What happens to a key that the target already has. @default "fail" */
  onConflict?: 'fail' | 'replace' | 'skip';
  rate?: RateInput;
  migrate?: { /** Delete at the source what was moved. @default false */ move?: boolean };
  rdb?: { /** A snapshot file that the worker's configuration allows. */ file?: string };
  verification?: VerificationInput;
  cutover?: CutoverInput;
  observe?: ObserveInput;
  /** The rollback window. @default "24h" */
  keepSourceFor?: Duration;
  /** @default "parked" */
  sourceAfterwards?: 'parked' | 'released';
  /** Failed checks that are taken knowingly, by name. @default [] */
  accept?: string[];
  /** Do only what changes nothing, then report. @default false */
  dryRun?: boolean;
}

export const methods = ['replication', 'live', 'dump-restore', 'migrate', 'rdb', 'redis-shake'] as const;
export type Method = (typeof methods)[number];
/** Methods that this version carries out; the others are refused by name. */
export const availableMethods: readonly Method[] = ['replication', 'live', 'dump-restore', 'migrate', 'rdb'];

export const fences = ['auto', 'park', 'acl', 'min-replicas', 'whole-copy', 'none'] as const;
export type FenceChoice = (typeof fences)[number];

/** `"500ms"`, `"5s"`, `"10m"`, `"24h"`, `"7d"`. */
export type Duration = string;
/** Bytes, or `"50MB"`, `"1GiB"`. */
export type Size = number | string;
/** `env:NAME` or `file:PATH`, resolved by the worker. */
export type SecretReference = string;

export interface ServerInput {
  /** `redis://host:port` or `rediss://host:port`, without credentials. */
  url: string;
  username?: string;
  password?: SecretReference;
  tls?: TlsInput;
  /** How the other server reaches this one: `host:port`. @default host and port of the url */
  addressForPeer?: string;
}

export interface TargetInput extends ServerInput {
  /** @default "refuse" */
  ifNotEmpty?: 'refuse' | 'wipe';
}

export interface TlsInput {
  ca?: SecretReference;
  cert?: SecretReference;
  key?: SecretReference;
  serverName?: string;
}

export interface FilterInput {
  match?: string[];
  exclude?: string[];
  types?: string[];
  databases?: number[];
}

export interface RenameInput {
  /** Source database to target database. */
  databases?: Record<string, number>;
  prefix?: { from: string; to: string };
}

export interface RateInput {
  maxKeysPerSecond?: number;
  maxBytesPerSecond?: Size;
  /**
   * Slows the moving of data down while a server answers later than it does at rest: `true` beyond five times that and
   * 10 ms more; or a bound of your own, `"20ms"` or `"3x"`. @default true
   */
  brake?: boolean | string;
}

export interface VerificationInput {
  /** @default "full" */
  mode?: 'full' | 'sample' | 'keys' | 'none';
  /** @default 1000 */
  sampleSize?: number;
  /** Share of the compared keys that must be equal before a cutover, 0 to 1. @default 1 */
  minimumConsistency?: number;
  /** @default "1s" */
  ttlTolerance?: Duration;
  /** Looks at a difference before it counts. @default 3 */
  rounds?: number;
  /** @default false */
  repair?: boolean;
  /** A verdict older than this is made anew before the cutover. @default "24h" */
  staleAfter?: Duration;
}

export interface CutoverInput {
  /** @default "manual" */
  mode?: 'manual' | 'auto';
  /** @default "auto" */
  fence?: FenceChoice;
  /** @default 1 MiB */
  maxLagBytes?: Size;
  /** How long writers may wait for the target to catch up. @default "5s" */
  drainTimeout?: Duration;
  notBefore?: string;
  notAfter?: string;
  /** Names of hooks in the worker's configuration. */
  hooks?: Partial<Record<HookPoint, string>>;
}

export const hookPoints = ['prepare', 'switch', 'check', 'rollback'] as const;
export type HookPoint = (typeof hookPoints)[number];

export interface ObserveInput {
  /** @default "10m" */
  duration?: Duration;
  /** Share of commands that fail, 0 to 1. @default 0.01 */
  maxErrorRate?: number;
  /** A duration, or a multiple of the source's: `"3x"`. @default "3x" */
  maxLatency?: string;
  /** @default "wait" */
  onRegression?: 'wait' | 'rollback';
}
