import type { ErrorType } from './errors.js';
import type { Method } from './input.js';
import type { StepName, StepState } from './steps.js';

export type Phase =
  | 'preparing'
  | 'syncing'
  | 'verifying'
  | 'ready-for-cutover'
  | 'cutting-over'
  | 'observing'
  | 'keeping-source'
  | 'rolling-back'
  | 'paused'
  | 'waiting-for-operator'
  | 'completed'
  | 'rolled-back'
  | 'aborted';

/** What the query `status` answers: one immutable snapshot that every view is drawn from. Times are ISO 8601 UTC. */
export interface MigrationStatus {
  /** The workflow's id. */
  name: string;
  method: Method | 'auto';
  phase: Phase;
  checklist: ChecklistEntry[];
  progress: Progress;
  verification: VerificationStatus | null;
  fence: FenceStatus;
  cutover: CutoverStatus | null;
  rollback: RollbackStatus;
  canCutOver: boolean;
  blockers: Blocker[];
  notes: string[];
  nextSteps: NextStep[];
}

export interface ChecklistEntry {
  step: StepName;
  state: StepState;
  startedAt: string | null;
  endedAt: string | null;
  detail: string;
  attempts: number;
}

/** Null: not known (yet). */
export interface Progress {
  keysDone: number | null;
  keysTotal: number | null;
  bytesDone: number | null;
  bytesTotal: number | null;
  keysPerSecond: number | null;
  lagBytes: number | null;
  lagMs: number | null;
  etaSeconds: number | null;
  /** Method `live` only: the two halves, which a spool joins. */
  stream?: StreamProgress;
}

/** What the worker that follows the source tells. */
export interface StreamProgress {
  phase: 'connecting' | 'snapshot' | 'stream' | 'paused';
  /** What comes from the source, and what of it is put on the target. Null: not known (yet). */
  receivedBytesPerSecond: number | null;
  appliedBytesPerSecond: number | null;
  /** What the stream takes on the worker's disk. */
  spoolBytes: number;
  /** Why it does not come nearer at the moment; null: it does, or is there. */
  trouble: string | null;
}

export interface VerificationStatus {
  verdict: 'running' | 'consistent' | 'different' | 'unsettled' | 'skipped';
  compared: number;
  different: number;
  missing: number;
  extra: number;
  unsettled: number;
  /** 0 to 1. */
  consistency: number;
  at: string | null;
  /** Escaped key names, never values. */
  examples: string[];
}

export interface FenceStatus {
  state: 'none' | 'paused' | 'parked' | 'released';
  since: string | null;
  expiresAt: string | null;
}

export interface CutoverStatus {
  /** From the reply to the pause to the reply to the promotion, in ms. */
  writePauseMs: number | null;
  drainedOffset: number | null;
  promotedAt: string | null;
}

export interface RollbackStatus {
  possible: boolean;
  why: string;
  lagBytes: number | null;
}

export interface Blocker {
  step: StepName;
  type: ErrorType;
  message: string;
  remedy: string;
}

export interface NextStep {
  message: string;
  command: string;
  /** What a signal or update is sent with, as JSON; absent: nothing. */
  argument?: string;
  why: string;
}

export interface MigrationResult {
  outcome: 'completed' | 'rolled-back' | 'aborted' | 'dry-run';
  status: MigrationStatus;
  /** Markdown. */
  report: string;
}
