import type { MigrationInput, ServerInput } from './input.js';
import type { MigrationPlan } from './plan.js';
import type { VerificationStatus } from './status.js';

/**
 * The one argument of the workflow `redisVerification`: sections of a migration's input, with the same meaning. Its other
 * sections may stand beside them, and are not looked at. `verification.repair` copies from the source what the target lacks or has otherwise; it never deletes.
 */
export interface VerifyInput
  extends Pick<MigrationInput, 'filter' | 'rename' | 'onConflict' | 'rate' | 'verification'> {
  source: ServerInput;
  target: ServerInput;
}

/** What of a migration's input is a verification's. */
export const verifySections = [
  'source',
  'target',
  'filter',
  'rename',
  'onConflict',
  'rate',
  'verification',
] as const satisfies (keyof VerifyInput)[];

export type VerifyPlan = Pick<MigrationPlan, (typeof verifySections)[number]>;

/** What the query `status` of a verification answers; how far it is stands in its heartbeat. */
export interface VerifyStatus {
  /** The workflow's id. */
  name: string;
  phase: 'preparing' | 'verifying' | 'paused' | 'ended';
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null };
  /** Null until it has ended. */
  verification: VerificationStatus | null;
  notes: string[];
}

export interface VerifyResult extends VerificationStatus {
  verdict: 'consistent' | 'different' | 'unsettled';
  /** At least `verification.minimumConsistency` of the compared keys are equal. */
  passed: boolean;
  /** Keys that were mended, and found equal afterwards. */
  repaired: number;
  /** The source's replication offset at that time; 0 on a server that never had a replica. */
  offset: number;
  /** What the target can't hold of what was repaired, by escaped key names. */
  unheld: string[];
  /** Markdown. */
  report: string;
}
