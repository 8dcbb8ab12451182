import { describe, expect, test } from 'vitest';
import { renderReport } from '../../src/report/render.js';
import { sectionsOf, tableOf } from './markdown.js';
import { sampleRecord } from './sample.js';

const render = (more: Parameters<typeof sampleRecord>[0] = {}) => sectionsOf(renderReport(sampleRecord(more)));
const { status } = sampleRecord();

test('the record reads from what happened over the proof to the way back', () => {
  const report = renderReport(sampleRecord());
  expect(report).toMatch(/^# Migration `orders`\n\n\*\*Completed: the target has taken over from the source\.\*\*/);
  expect([...sectionsOf(report).keys()]).toEqual([
    'Needs attention',
    'Next steps',
    'Checklist',
    'Cutover',
    'Verification',
    'Applications',
    'Error rates and latency',
    'Synchronization',
    'Changes to the servers',
    'Hooks',
    'Pre-checks',
    'Plan',
    'Servers',
    'Notes',
    'Rollback plan',
    'Sign-off',
  ]);
});

test('the figures that people ask for first come first', () => {
  const head = renderReport(sampleRecord()).split('## ')[0];
  expect(head).toContain('- **Source:** `old.example:6379`, Redis 6.2.14');
  expect(head).toContain('- **Writers waited:** 12ms');
  expect(head).toContain('- **Verification:** consistent, 1,234,567 keys compared, no difference');
});

test('every step of the checklist has its row, with start, duration and attempts', () => {
  const rows = tableOf(render().get('Checklist') ?? '');
  expect(rows).toHaveLength(1 + 16);
  expect(rows[1]).toEqual(['connectivity', 'passed', '2026-01-31 12:00:00 UTC', '9s', '1', 'connectivity went well']);
});

test('checks that were accepted are marked, and failures come first', () => {
  const rows = tableOf(render().get('Pre-checks') ?? '');
  expect(rows.map(row => [row[0], row[2]])).toEqual([
    ['Check', 'Outcome'],
    ['target-persistence', '**failure, accepted**'],
    ['clock-skew', 'warning'],
    ['versions', 'pass'],
  ]);
});

test('a failure that consent cannot help is never shown as accepted', () => {
  const check = {
    name: 'target-persistence',
    side: 'target',
    outcome: 'failure',
    message: 'x',
    remedy: null,
    final: true,
  } as const;
  expect(render({ checks: [check] }).get('Pre-checks')).toContain('| **failure** |');
});

test('changes that stand come first, with the reason', () => {
  const rows = tableOf(render().get('Changes to the servers') ?? '').slice(1);
  expect(rows.map(row => [row[1], row[5]])).toEqual([
    ['role', '**no**'],
    ['repl-backlog-size', '2026-02-01 12:04:00 UTC'],
  ]);
  expect(rows[0]?.[6]).toBe('on purpose: sourceAfterwards parked');
});

test('a parked source is released by the command that the report gives', () => {
  expect(render().get('Next steps')).toContain('redis-cli -h old.example -p 6379 --user migration REPLICAOF NO ONE');
  const released = { ...sampleRecord().plan, sourceAfterwards: 'released' as const };
  expect(render({ plan: released }).get('Next steps')).not.toContain('REPLICAOF');
});

test('references to secrets are shown by name', () => {
  expect(render().get('Plan')).toContain('password from `env:SOURCE_PASSWORD`');
});

describe('what needs attention', () => {
  test('is told where all is well', () => {
    const calm = { checks: [], application: null };
    expect(render(calm).get('Needs attention')).toMatch(/^Nothing: every check passed/);
  });

  test('is drawn from all sections', () => {
    const verification = { ...status.verification, verdict: 'different', different: 2, missing: 1 } as const;
    const text = render({
      status: { ...status, verification: verification as typeof status.verification },
      observation: { regression: true, findings: ['slower'] },
      cutover: { ...required(sampleRecord().cutover), acceptedLossBytes: 1_024 },
      changes: [{ side: 'source', what: 'maxmemory', from: '1', to: '2', at: '', undone: false, undoneAt: null }],
      hooks: [{ point: 'check', name: 'smoke', outcome: 'failed', at: '', durationMs: null, detail: '' }],
      checks: [{ name: 'sentinel', side: 'source', outcome: 'failure', message: 'x', remedy: null }],
    }).get('Needs attention');
    expect(text?.split('\n')).toEqual([
      '- Failed checks: sentinel.',
      '- 2 keys different.',
      '- 1 key missing on the target.',
      "- Promoted with the operator's consent to lose up to 1,024 bytes.",
      '- A regression was observed on the target.',
      '- 2 clients still on the old source.',
      '- 1 change not undone, see below.',
      '- Hook `smoke` (check) failed.',
    ]);
  });
});

describe('a migration that did not go all the way', () => {
  test('aborted at the start: only what there is to say', () => {
    const record = sampleRecord({
      outcome: 'aborted',
      reason: 'wrong <b>day</b>',
      cutover: null,
      sync: null,
      baseline: null,
      observed: null,
      observation: null,
      application: null,
      changes: [],
      hooks: [],
      rollbackPlan: null,
      checks: [],
      servers: { source: null, target: null },
      status: { ...status, verification: null, notes: [] },
    });
    const report = renderReport(record);
    expect(report).toContain('**Aborted: the source serves as before.** Reason given: wrong &lt;b&gt;day&lt;/b&gt;.');
    expect([...sectionsOf(report).keys()]).toEqual([
      'Needs attention',
      'Checklist',
      'Changes to the servers',
      'Plan',
      'Sign-off',
    ]);
    expect(report).toContain('Nothing was changed on either server.');
  });

  test('ended after the promotion: not called aborted', () => {
    expect(renderReport(sampleRecord({ outcome: 'aborted' }))).toContain(
      '**Ended early, after the promotion: the target serves.**',
    );
  });

  test('under way: the phase, the blockers, and nothing to sign', () => {
    const blocker = {
      step: 'verify',
      type: 'VerificationFailed',
      message: '2 keys differ',
      remedy: "send 'retry'.",
    } as const;
    const report = renderReport(
      sampleRecord({ outcome: null, status: { ...status, phase: 'waiting-for-operator', blockers: [blocker] } }),
    );
    expect(report).toContain('**Still under way: waiting-for-operator.**');
    expect(report).toContain("- **verify** waits: 2 keys differ send 'retry'.");
    expect(report).not.toContain('## Sign-off');
  });

  test('skipped verification is said, not counted', () => {
    const skipped = { ...required(status.verification), verdict: 'skipped', compared: 0 } as const;
    const sections = render({ status: { ...status, verification: skipped } });
    expect(sections.get('Verification')).toBe('Verdict: skipped, as asked for.');
    expect(sections.get('Needs attention')).toContain('- Verification was skipped.');
  });
});

function required<T>(value: T | null): T {
  if (value === null) throw new Error('the sample has it');
  return value;
}
