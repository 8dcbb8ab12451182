import { describe, expect, it } from 'vitest';
import { renderStatus } from '../../../src/cli/view/status.js';
import { widthOf } from '../../../src/cli/view/text.js';
import type { MigrationStatus, Phase } from '../../../src/contract/status.js';
import { noon, samples, statusAt } from '../support/samples.js';

const render = (status: MigrationStatus, width = 80): string[] =>
  renderStatus(status, { width, color: false, now: noon });

/** Without the checklist, whose sixteen lines have a test of their own. */
const around = (status: MigrationStatus, width = 80): string[] =>
  render(status, width).filter(line => !/^ {2}[·▸✓✗!↺-] [a-z]+(-[a-z]+)?( |$)/.test(line) || line.startsWith('  - '));

describe('the view of a status, at 80 columns', () => {
  it('has both halves of a stream, and what lies between them', () => {
    const speeds = { receivedBytesPerSecond: 3 << 20, appliedBytesPerSecond: null, spoolBytes: 1 << 30 };
    const stream = { phase: 'snapshot', trouble: null, ...speeds } as const;
    const { progress } = samples.syncing;
    expect(render({ ...samples.syncing, progress: { ...progress, stream } })).toContain(
      '           3 MiB/s received, spool 1 GiB',
    );
  });

  it('is the whole checklist, the facts and the next step', () => {
    expect(render(samples.syncing)).toEqual([
      'redis-migration-a-6379-to-b-6379',
      'syncing: copies the source to the target, and follows it (by replication)',
      '',
      '  ✓ connectivity         500ms',
      '  ✓ resources            500ms',
      '  ✓ authentication       500ms',
      '  ✓ compatibility        500ms',
      '  ✓ rehearsal            500ms',
      '  ✓ rollback-plan        500ms',
      '  ✓ replicate            500ms',
      '  ▸ full-sync              13s  the target loads the snapshot',
      '  · verify',
      '  · prepare-cutover',
      '  · cutover',
      '  · check-application',
      '  · observe',
      '  · keep-source',
      '  · clean-up',
      '  · report',
      '',
      'Progress   [████████████░░░░░░░░░░░░]   52%  520,000 of 1,000,000 keys',
      '           340,000 keys/s, lag 1.2 MiB / 850ms, about 3m 10s to go',
      '',
      'Next',
      '  Stop moving data for a while',
      '    redis-migration pause M',
    ]);
  });

  const expected: Record<Exclude<Phase, 'syncing'>, string[]> = {
    preparing: ['preparing: checks both servers; nothing is changed yet (by replication)', ''],
    verifying: [
      'verifying: compares source and target (by replication)',
      '',
      '',
      'Lag        14 B / 3ms',
      'Verified   running (99.9%): 250,000 compared, 2 different, 0 missing, 0 extra, 7',
      '           unsettled',
      '           e.g. user:1',
      '           e.g. user:2',
    ],
    'ready-for-cutover': [
      'ready-for-cutover: all is copied and verified (by replication)',
      '',
      '',
      'Lag        0 B / 1ms',
      'Verified   consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0',
      '           extra, at 11:59:00Z',
      '',
      'Next',
      '  Consent to the cutover (all is copied and verified)',
      '    redis-migration cutover M',
    ],
    'cutting-over': [
      'cutting-over: moves the writers from the source to the target (by replication)',
      '',
      '',
      'Verified   consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0',
      '           extra, at 11:59:00Z',
      'Fence      paused: writers of the source wait, for 400ms, ends by itself in 9.6s',
    ],
    observing: [
      'observing: the target takes the writes and is watched (by replication)',
      '',
      '',
      'Lag        28 B',
      'Verified   consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0',
      '           extra, at 11:59:00Z',
      'Fence      parked: the source refuses writes, for 30s',
      'Cutover    target promoted at 11:59:30Z, writers waited 12ms',
      'Rollback   possible: the old source follows the target, 28 B behind',
      '',
      'Next',
      '  Go back to the old source (nothing is lost)',
      '    redis-migration rollback M',
      '  End the observation now',
      '    redis-migration complete M',
    ],
    'keeping-source': [
      'keeping-source: the old source is kept for a rollback (by replication)',
      '',
      '',
      'Fence      parked: the source refuses writes, for 1h',
      'Cutover    target promoted at 11:59:30Z, writers waited 12ms',
      'Rollback   not possible: the backlog of the target was overrun',
    ],
    'rolling-back': [
      'rolling-back: moves the writers back to the old source (by replication)',
      '',
      '',
      'Fence      paused: writers of the source wait, for 1s, has run out',
      'Cutover    target promoted at 11:59:30Z, writers waited 12ms',
    ],
    paused: [
      'paused: moves no data until resume (by replication)',
      '',
      '',
      'Progress   [██████░░░░░░░░░░░░░░░░░░]   25%  1 GiB of 4 GiB',
      '',
      'Next',
      '  Go on moving data',
      '    redis-migration resume M',
    ],
    'waiting-for-operator': [
      'waiting-for-operator: needs a decision of yours (by replication)',
      '',
      '',
      'Blocked',
      '  authentication: PermissionMissing',
      '    target b:6379: the user migration may not run REPLICAOF',
      "    Remedy: Grant the named commands to the user, then send 'retry'.",
      '',
      'Next',
      '  Try again',
      '    redis-migration retry M',
      '  Give up, leaving the source as it was',
      '    redis-migration abort M',
      '',
      'Notes',
      '  - a signal "rollback" was dropped: nothing was promoted yet',
    ],
    completed: [
      'completed: done (by replication)',
      '',
      '',
      'Verified   consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0',
      '           extra, at 11:59:00Z',
      'Fence      released',
      'Cutover    target promoted at 11:59:30Z, writers waited 12ms',
    ],
    'rolled-back': [
      'rolled-back: done: the old source takes the writes again (by replication)',
      '',
      '',
      'Cutover    target promoted at 11:59:30Z, writers waited 12ms',
    ],
    aborted: ['aborted: done: the source was left as it was (by replication)', ''],
  };

  it.each(Object.entries(expected))('says what matters while %s', (phase, lines) => {
    expect(around(samples[phase as Phase])).toEqual(['redis-migration-a-6379-to-b-6379', ...lines]);
  });

  it('marks a failed, a skipped and an undone step, and counts attempts', () => {
    const [first, second, third] = samples.preparing.checklist;
    if (!first || !second || !third) throw new Error('the sample has too few steps');
    const checklist = [
      { ...first, state: 'failed' as const, detail: 'no route to b:6379', attempts: 3 },
      { ...second, state: 'skipped' as const, startedAt: null, detail: '' },
      { ...third, state: 'undone' as const },
    ];
    expect(render(statusAt('aborted', { checklist })).slice(3)).toEqual([
      '  ✗ connectivity         500ms  attempt 3: no route to b:6379',
      '  - resources                   skipped',
      '  ↺ authentication              undone',
    ]);
  });
});

describe('the view of any status', () => {
  const wide = (width: number) =>
    Object.values(samples).flatMap(status => render(status, width).filter(line => widthOf(line) > width));

  it.each([40, 80, 120])('is never wider than %i columns', width => {
    expect(wide(width)).toEqual([]);
  });

  it('uses the room of 120 columns', () => {
    expect(around(samples.observing, 120)).toContain(
      'Verified   consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0 extra, at 11:59:00Z',
    );
  });

  it('leaves a command whole, however narrow the terminal is, so that it can be copied', () => {
    const command = `redis-migration cutover ${'x'.repeat(100)}`;
    const status = statusAt('ready-for-cutover', { nextSteps: [{ message: 'Go', command, why: '' }] });
    expect(render(status, 60)).toContain(`    ${command}`);
  });

  it('sums up quiet steps where the terminal is too low', () => {
    const options = { width: 80, color: false, now: noon, height: 23 };
    expect(renderStatus(samples.observing, options).slice(2, 8)).toEqual([
      '',
      '  ✓ 12 steps passed',
      '  ▸ observe                 8s  0.1% errors, latency 1.2x',
      '  · 3 steps pending',
      '',
      'Lag        28 B',
    ]);
  });

  it('indents what follows the first line of a note', () => {
    const status = statusAt('syncing', { notes: ['one two three four five six seven eight nine ten'] });
    expect(render(status, 40).slice(-2)).toEqual(['  - one two three four five six seven', '    eight nine ten']);
  });

  it('shows a warning under the title', () => {
    const lines = renderStatus(samples.preparing, { width: 80, color: false, now: noon, warning: 'no worker answers' });
    expect(lines[2]).toBe('no worker answers');
  });

  it('has colours only when asked for', () => {
    expect(renderStatus(samples.completed, { width: 80, color: true, now: noon })[1]).toBe(
      '\x1b[32mcompleted: done\x1b[0m (by replication)',
    );
    expect(render(samples.completed).join('')).not.toContain('\x1b');
  });

  it('prints hostile names escaped, and never lets one steer the terminal', () => {
    const evil = 'k\x1b[2J\x1b]0;t\x07\r\n\u202eevil\u2028\x9b31m';
    const status = statusAt('waiting-for-operator', {
      name: evil,
      checklist: [{ step: 'verify', state: 'failed', startedAt: null, endedAt: null, detail: evil, attempts: 1 }],
      blockers: [{ step: 'verify', type: 'VerificationFailed', message: evil, remedy: evil }],
      notes: [evil],
      nextSteps: [{ message: evil, command: evil, why: evil }],
    });
    const text = render(status, 200).join('');
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(text).toContain('k\\u{1b}[2J\\u{1b}]0;t\\u{7}\\u{d}\\u{a}\\u{202e}evil\\u{2028}\\u{9b}31m');
  });

  it('bears steps, states and phases that a newer worker knows', () => {
    const newer = statusAt('levitating' as Phase, {
      checklist: [
        { step: 'verify', state: 'dreaming' as 'failed', startedAt: null, endedAt: null, detail: 'x', attempts: 0 },
      ],
    });
    expect(render(newer).slice(1)).toEqual(['levitating:  (by replication)', '', '  ? verify                      x']);
  });
});
