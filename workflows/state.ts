import type { Observation } from '../activities/application.js';
import type { Originals } from '../activities/plan-rollback.js';
import type { ApplicationCheck } from '../src/application/check.js';
import type { CheckResult } from '../src/contract/checks.js';
import type { ServerFacts } from '../src/contract/facts.js';
import type { MigrationInput } from '../src/contract/input.js';
import type { LinkReport } from '../src/contract/link.js';
import type { CutoverMessage } from '../src/contract/messages.js';
import type { MigrationPlan } from '../src/contract/plan.js';
import type {
  Blocker,
  ChecklistEntry,
  CutoverStatus,
  FenceStatus,
  MigrationResult,
  Phase,
  VerificationStatus,
} from '../src/contract/status.js';
import { stepNames } from '../src/contract/steps.js';
import type { Baseline } from '../src/preflight/baseline.js';
import type { ChangeRecord, CutoverFigures, HookRun } from '../src/report/record.js';
import type { Suspect } from '../src/verification/index.js';
import type { CopyState } from './copy-state.js';

/** All that a migration knows, as plain JSON: what a continued run goes on from. Times are ISO 8601 UTC. */
export interface State {
  format: 1;
  input: MigrationInput;
  plan: MigrationPlan;
  phase: Phase;
  checklist: ChecklistEntry[];
  facts: { source: ServerFacts; target: ServerFacts } | null;
  runIds: { source: string[]; target: string[] };
  checks: CheckResult[];
  baseline: Baseline | null;
  rollbackPlan: { writtenAt: string; markdown: string } | null;
  originals: Originals | null;
  link: LinkReport | null;
  /** Of the methods that copy keys. */
  copy?: CopyState;
  /** Of method live. */
  live?: LiveState;
  /** Why `auto` came to the method. */
  methodReason?: string;
  syncedAt: string | null;
  verification: VerificationStatus | null;
  /** Keys that went on changing: compared inside the fence. */
  unsettled: Suspect[];
  fence: FenceStatus;
  /** The operator's consent, kept until one attempt has used it. */
  consent: CutoverMessage | null;
  armed: boolean;
  cutoverAttempts: number;
  /** Those that were not carried out. */
  refusals: number;
  cutover: CutoverStatus | null;
  cutoverFigures: CutoverFigures | null;
  rolledBack: CutoverFigures | null;
  wayBack: { possible: boolean; why: string };
  application: ApplicationCheck | null;
  observation: Observation | null;
  observeUntil: string | null;
  keepUntil: string | null;
  changes: ChangeRecord[];
  hooks: HookRun[];
  hookSequence: number;
  /** Where the last attempts saw the primary, until a link in sync tells it. */
  primaryOffset?: number;
  blockers: Blocker[];
  notes: string[];
  paused: boolean;
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null };
  reason: string | null;
  wants: 'abort' | 'rollback' | 'complete' | null;
  outcome: MigrationResult['outcome'] | null;
}

export interface LiveState {
  targetWasEmpty: boolean;
  /** Expiries on the target are the source's again. */
  expiriesSwept: boolean;
  /** Why the way back is lost. */
  lost?: string;
  /** Where the source was followed last, or the way back was tried: the id of a worker's directory for spools. */
  spoolId?: string;
  /** The only one with what was carried back to the source; known when it is another one than was thought. */
  backSpoolId?: string;
}

export function newState(input: MigrationInput, plan: MigrationPlan): State {
  const pending = { state: 'pending', startedAt: null, endedAt: null, detail: '', attempts: 0 } as const;
  return {
    format: 1,
    input,
    plan,
    phase: 'preparing',
    checklist: stepNames.map(step => ({ step, ...pending })),
    facts: null,
    runIds: { source: [], target: [] },
    checks: [],
    baseline: null,
    rollbackPlan: null,
    originals: null,
    link: null,
    syncedAt: null,
    verification: null,
    unsettled: [],
    fence: { state: 'none', since: null, expiresAt: null },
    consent: null,
    armed: false,
    cutoverAttempts: 0,
    refusals: 0,
    cutover: null,
    cutoverFigures: null,
    rolledBack: null,
    wayBack: { possible: false, why: 'The target was not promoted.' },
    application: null,
    observation: null,
    observeUntil: null,
    keepUntil: null,
    changes: [],
    hooks: [],
    hookSequence: 0,
    blockers: [],
    notes: [],
    paused: false,
    rate: { maxKeysPerSecond: plan.rate.maxKeysPerSecond, maxBytesPerSecond: plan.rate.maxBytesPerSecond },
    reason: null,
    wants: null,
    outcome: null,
  };
}
