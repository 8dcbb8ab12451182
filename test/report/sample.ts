import { readInput } from '../../src/contract/read-input.js';
import { stepNames } from '../../src/contract/steps.js';
import type { MeasuredWindow, ReportRecord } from '../../src/report/record.js';
import { renderRollbackPlan } from '../../src/report/rollback-plan.js';

export function samplePlan(more: object = {}) {
  const { plan, problems } = readInput({
    source: { url: 'redis://old.example:6379', username: 'migration', password: 'env:SOURCE_PASSWORD' },
    target: {
      url: 'rediss://new.example:6380',
      password: 'file:/run/secrets/target',
      tls: { ca: 'file:/run/secrets/ca' },
    },
    accept: ['target-persistence'],
    cutover: { hooks: { switch: 'dns' } },
    ...more,
  });
  if (plan === null) throw new Error(problems.join('\n'));
  return plan;
}

const measured: MeasuredWindow = {
  seconds: 30,
  commands: 36_000,
  opsPerSecond: 1_200,
  errors: 3,
  errorRate: 0.00008,
  errorsByCode: { WRONGTYPE: 3 },
  latencyMs: 0.0042,
  pingMs: 0.31,
  top: [{ command: 'get', calls: 30_000, meanMs: 0.0021, p99Ms: 0.009, failed: 0 }],
};

/** A migration that went well, on two days. */
export function sampleRecord(more: Partial<ReportRecord> = {}): ReportRecord {
  const plan = samplePlan();
  const settings = [{ side: 'source', what: 'repl-backlog-size', from: '1048576', to: '67108864' }] as const;
  const written = renderRollbackPlan({
    name: 'orders',
    plan,
    settings: [...settings],
    reverseReplication: true,
    targetKeys: 0,
  });
  return {
    status: sampleStatus(),
    outcome: 'completed',
    reason: null,
    writtenAt: '2026-02-01T12:05:00.000Z',
    plan,
    methodReason: 'the target is allowed to replicate from the source',
    servers: {
      source: {
        address: 'old.example:6379',
        version: 'Redis 6.2.14',
        runIds: ['a'.repeat(40)],
        keys: 1_234_567,
        usedMemory: 3 * 1024 ** 3,
      },
      target: {
        address: 'new.example:6380',
        version: 'Valkey 8.0.1',
        runIds: ['b'.repeat(40), 'c'.repeat(40)],
        keys: 0,
        usedMemory: 1024 ** 2,
      },
    },
    checks: [
      { name: 'versions', side: 'both', outcome: 'pass', message: 'Redis 6.2.14 to Valkey 8.0.1', remedy: null },
      { name: 'clock-skew', side: 'both', outcome: 'warning', message: 'The clocks differ by 2s.', remedy: 'Use NTP.' },
      {
        name: 'target-persistence',
        side: 'target',
        outcome: 'failure',
        message: 'No save, no AOF.',
        remedy: 'CONFIG SET save',
      },
    ],
    rollbackPlan: { writtenAt: '2026-01-31T12:00:05.000Z', markdown: written },
    sync: {
      startedAt: '2026-01-31T12:00:10.000Z',
      syncedAt: '2026-01-31T12:01:10.000Z',
      keys: 1_234_567,
      bytes: 3 * 1024 ** 3,
      fullSyncs: 1,
      partialSyncs: 0,
    },
    cutover: {
      fence: 'park',
      attempts: 1,
      writePauseMs: 12.4,
      drainedOffset: 987_654_321,
      promotedAt: '2026-01-31T12:03:00.000Z',
      partialResync: true,
      clientsDisconnected: 41,
      acceptedLossBytes: null,
    },
    rolledBack: null,
    baseline: measured,
    observed: { ...measured, opsPerSecond: 1_180, errorsByCode: {}, errors: 0, errorRate: 0 },
    observation: { regression: false, findings: [] },
    application: {
      findings: ['The new master new.example:6380 takes writes and reads.'],
      moved: 40,
      left: 2,
      leftBehind: [
        {
          address: '10.0.0.7',
          name: 'nightly',
          user: 'default',
          kind: 'reader',
          count: 2,
          lastCommand: 'get',
          idleSeconds: 4,
        },
      ],
    },
    changes: [
      {
        side: 'source',
        what: 'repl-backlog-size',
        from: '1048576',
        to: '67108864',
        at: '2026-01-31T12:00:08.000Z',
        undone: true,
        undoneAt: '2026-02-01T12:04:00.000Z',
      },
      {
        side: 'source',
        what: 'role',
        from: 'master',
        to: 'parked replica',
        at: '2026-01-31T12:03:00.000Z',
        undone: false,
        undoneAt: null,
        note: 'on purpose: sourceAfterwards parked',
      },
    ],
    hooks: [
      {
        point: 'switch',
        name: 'dns',
        outcome: 'succeeded',
        at: '2026-01-31T12:03:00.000Z',
        durationMs: 800,
        detail: 'exit code 0',
      },
    ],
    ...more,
  };
}

function sampleStatus(): ReportRecord['status'] {
  return {
    name: 'orders',
    method: 'replication',
    phase: 'completed',
    checklist: stepNames.map((step, index) => ({
      step,
      state: 'passed',
      startedAt: new Date(Date.parse('2026-01-31T12:00:00Z') + index * 10_000).toISOString(),
      endedAt: new Date(Date.parse('2026-01-31T12:00:09Z') + index * 10_000).toISOString(),
      detail: `${step} went well`,
      attempts: 1,
    })),
    progress: {
      keysDone: 10,
      keysTotal: 10,
      bytesDone: 10,
      bytesTotal: 10,
      keysPerSecond: 0,
      lagBytes: 0,
      lagMs: 0,
      etaSeconds: 0,
    },
    verification: {
      verdict: 'consistent',
      compared: 1_234_567,
      different: 0,
      missing: 0,
      extra: 0,
      unsettled: 0,
      consistency: 1,
      at: '2026-01-31T12:02:00.000Z',
      examples: [],
    },
    fence: { state: 'released', since: null, expiresAt: null },
    cutover: { writePauseMs: 12.4, drainedOffset: 987_654_321, promotedAt: '2026-01-31T12:03:00.000Z' },
    rollback: { possible: false, why: 'The rollback window is over.', lagBytes: null },
    canCutOver: false,
    blockers: [],
    notes: ['A retry came when nothing had failed; dropped.'],
    nextSteps: [],
  };
}
