import type { ChecklistEntry, MigrationStatus, Phase } from '../../../src/contract/status.js';
import { type StepName, type StepState, stepNames } from '../../../src/contract/steps.js';

export const noon = Date.parse('2026-01-31T12:00:00Z');
export const at = (seconds: number): string => new Date(noon + seconds * 1_000).toISOString();

/** Every step before the named one passed, that one in the given state, the others pending. */
export const checklistAt = (step: StepName, state: StepState, detail = ''): ChecklistEntry[] => {
  const current = stepNames.indexOf(step);
  return stepNames.map((name, index) => ({
    step: name,
    state: index < current ? 'passed' : index === current ? state : 'pending',
    startedAt: index <= current ? at(index - 20) : null,
    endedAt: index < current ? at(index - 20 + 0.5) : null,
    detail: index === current ? detail : '',
    attempts: index <= current ? 1 : 0,
  }));
};

export const statusAt = (phase: Phase, more: Partial<MigrationStatus> = {}): MigrationStatus => ({
  name: 'redis-migration-a-6379-to-b-6379',
  method: 'replication',
  phase,
  checklist: checklistAt('connectivity', 'running'),
  progress: {
    keysDone: null,
    keysTotal: null,
    bytesDone: null,
    bytesTotal: null,
    keysPerSecond: null,
    lagBytes: null,
    lagMs: null,
    etaSeconds: null,
  },
  verification: null,
  fence: { state: 'none', since: null, expiresAt: null },
  cutover: null,
  rollback: { possible: false, why: '', lagBytes: null },
  canCutOver: false,
  blockers: [],
  notes: [],
  nextSteps: [],
  ...more,
});

const verified = {
  verdict: 'consistent',
  compared: 1_000_000,
  different: 0,
  missing: 0,
  extra: 0,
  unsettled: 0,
  consistency: 1,
  at: at(-60),
  examples: [],
} as const;

const progress = statusAt('preparing').progress;
const promoted = { writePauseMs: 12, drainedOffset: 4_711, promotedAt: at(-30) };
const verification = { ...verified, examples: [] };
const next = (command: string, message: string, why = '') => [
  { message, command: `redis-migration ${command} M`, why },
];

/** One status a phase, as a migration would show it there. */
export const samples: Record<Phase, MigrationStatus> = {
  preparing: statusAt('preparing', { checklist: checklistAt('resources', 'running', 'reads both servers') }),
  syncing: statusAt('syncing', {
    checklist: checklistAt('full-sync', 'running', 'the target loads the snapshot'),
    progress: {
      ...progress,
      keysDone: 520_000,
      keysTotal: 1_000_000,
      keysPerSecond: 340_000,
      lagBytes: 1_258_291,
      lagMs: 850,
      etaSeconds: 190,
    },
    nextSteps: next('pause', 'Stop moving data for a while'),
  }),
  verifying: statusAt('verifying', {
    checklist: checklistAt('verify', 'running', 'round 2 of 3'),
    progress: { ...progress, lagBytes: 14, lagMs: 3 },
    verification: {
      ...verification,
      verdict: 'running',
      compared: 250_000,
      different: 2,
      unsettled: 7,
      consistency: 0.99999,
      at: null,
      examples: ['user:1', 'user:2'],
    },
  }),
  'ready-for-cutover': statusAt('ready-for-cutover', {
    checklist: checklistAt('prepare-cutover', 'running', 'waits for the signal'),
    progress: { ...progress, lagBytes: 0, lagMs: 1 },
    verification,
    canCutOver: true,
    nextSteps: next('cutover', 'Consent to the cutover', 'all is copied and verified'),
  }),
  'cutting-over': statusAt('cutting-over', {
    checklist: checklistAt('cutover', 'running', 'drains'),
    verification,
    fence: { state: 'paused', since: at(-0.4), expiresAt: at(9.6) },
  }),
  observing: statusAt('observing', {
    checklist: checklistAt('observe', 'running', '0.1% errors, latency 1.2x'),
    progress: { ...progress, lagBytes: 28 },
    verification,
    fence: { state: 'parked', since: at(-30), expiresAt: null },
    cutover: promoted,
    rollback: { possible: true, why: 'the old source follows the target', lagBytes: 28 },
    nextSteps: [
      ...next('rollback', 'Go back to the old source', 'nothing is lost'),
      ...next('complete', 'End the observation now'),
    ],
  }),
  'keeping-source': statusAt('keeping-source', {
    checklist: checklistAt('keep-source', 'running', 'until 2026-02-01 12:00Z'),
    fence: { state: 'parked', since: at(-3_600), expiresAt: null },
    cutover: promoted,
    rollback: { possible: false, why: 'the backlog of the target was overrun', lagBytes: null },
  }),
  'rolling-back': statusAt('rolling-back', {
    checklist: checklistAt('observe', 'undone'),
    fence: { state: 'paused', since: at(-1), expiresAt: at(-0.5) },
    cutover: promoted,
  }),
  paused: statusAt('paused', {
    checklist: checklistAt('full-sync', 'running'),
    progress: { ...progress, bytesDone: 1_073_741_824, bytesTotal: 4_294_967_296 },
    nextSteps: next('resume', 'Go on moving data'),
  }),
  'waiting-for-operator': statusAt('waiting-for-operator', {
    checklist: checklistAt('authentication', 'failed', 'target: NOPERM'),
    blockers: [
      {
        step: 'authentication',
        type: 'PermissionMissing',
        message: 'target b:6379: the user migration may not run REPLICAOF',
        remedy: "Grant the named commands to the user, then send 'retry'.",
      },
    ],
    notes: ['a signal "rollback" was dropped: nothing was promoted yet'],
    nextSteps: [...next('retry', 'Try again'), ...next('abort', 'Give up, leaving the source as it was')],
  }),
  completed: statusAt('completed', {
    checklist: checklistAt('report', 'passed').map(entry => ({ ...entry, state: 'passed', endedAt: at(0) })),
    verification,
    fence: { state: 'released', since: null, expiresAt: null },
    cutover: promoted,
  }),
  'rolled-back': statusAt('rolled-back', { checklist: checklistAt('observe', 'undone'), cutover: promoted }),
  aborted: statusAt('aborted', { checklist: checklistAt('replicate', 'undone') }),
};
