import type { CheckResult } from '../contract/checks.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { MigrationResult, MigrationStatus } from '../contract/status.js';

/**
 * All that the report says, as plain JSON that a workflow keeps. Times are ISO 8601 UTC; null means not known, or not
 * come to yet. Holds references to secrets, never secrets.
 */
export interface ReportRecord {
  status: MigrationStatus;
  /** Null: still under way. */
  outcome: MigrationResult['outcome'] | null;
  /** What the operator gave for an abort or a rollback. */
  reason: string | null;
  writtenAt: string;
  plan: MigrationPlan;
  /** Why `auto` chose the method. */
  methodReason: string | null;
  servers: Record<Side, ServerIdentity | null>;
  checks: CheckResult[];
  /** By `renderRollbackPlan`, before anything was changed. */
  rollbackPlan: { writtenAt: string; markdown: string } | null;
  sync: SyncFigures | null;
  cutover: CutoverFigures | null;
  /** The way back, when it was gone. */
  rolledBack: CutoverFigures | null;
  baseline: MeasuredWindow | null;
  observed: MeasuredWindow | null;
  observation: { regression: boolean; findings: string[] } | null;
  application: ApplicationRecord | null;
  changes: ChangeRecord[];
  hooks: HookRun[];
}

export type Side = 'source' | 'target';

export interface ServerIdentity {
  /** `host:port`. */
  address: string;
  /** `Redis 7.0.15`. */
  version: string;
  /** Every one seen, so a restart shows. */
  runIds: string[];
  keys: number | null;
  usedMemory: number | null;
}

export interface SyncFigures {
  startedAt: string | null;
  /** When the target held everything, with the lag within bounds. */
  syncedAt: string | null;
  keys: number | null;
  /** Over the wire, or of the dataset, as the method knows. */
  bytes: number | null;
  /** Full syncs that it took: more than one means that the link broke beyond the backlog. */
  fullSyncs: number | null;
  partialSyncs: number | null;
  /** Of the methods that copy keys: what the target could not hold, by name. */
  unheld?: readonly string[];
}

export interface CutoverFigures {
  fence: string;
  attempts: number;
  writePauseMs: number | null;
  drainedOffset: number | null;
  promotedAt: string | null;
  /** Whether the old master follows the new one without a full resync. */
  partialResync: boolean | null;
  clientsDisconnected: number | null;
  /** Consented to, when the source could not be drained. */
  acceptedLossBytes: number | null;
}

/** What `src/application` measures, as far as the report shows it. */
export interface MeasuredWindow {
  seconds: number;
  commands: number;
  opsPerSecond: number;
  errors: number | null;
  errorRate: number | null;
  errorsByCode: Record<string, number>;
  latencyMs: number | null;
  pingMs: number;
  top: { command: string; calls: number; meanMs: number; p99Ms: number | null; failed: number | null }[];
}

export interface ApplicationRecord {
  findings: string[];
  moved: number;
  left: number;
  leftBehind: LeftBehindGroup[];
}

export interface LeftBehindGroup {
  address: string;
  name: string;
  user: string;
  kind: string;
  count: number;
  lastCommand: string;
  idleSeconds: number;
}

/** One thing that the migration set on a server. */
export interface ChangeRecord {
  side: Side;
  /** `role`, `config repl-backlog-size`, `ACL user migration-17`, `key __redis-migration:promoted`. */
  what: string;
  from: string;
  to: string;
  at: string;
  undone: boolean;
  undoneAt: string | null;
  /** Why it stays, where that is on purpose; or why it couldn't be undone. */
  note?: string;
}

export interface HookRun {
  point: string;
  name: string;
  outcome: 'succeeded' | 'failed';
  at: string;
  durationMs: number | null;
  /** Exit code or status, and the end of what it said. */
  detail: string;
}
