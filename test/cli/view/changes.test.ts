import { describe, expect, it } from 'vitest';
import { changes } from '../../../src/cli/view/changes.js';
import { checklistAt, samples, statusAt } from '../support/samples.js';

describe('the lines of a change', () => {
  it('are everything known at first', () => {
    expect(changes(null, samples.observing)).toEqual([
      'phase observing: the target takes the writes and is watched',
      ...samples.observing.checklist.slice(0, 12).map(({ step }) => `step ${step}: passed in 500ms`),
      'step observe: running',
      'verification consistent (100%): 1,000,000 compared, 0 different, 0 missing, 0 extra, at 11:59:00Z',
      'fence parked',
      'cutover target promoted at 11:59:30Z, writers waited 12ms',
      'rollback possible: the old source follows the target',
      'next: Go back to the old source: redis-migration rollback M',
      'next: End the observation now: redis-migration complete M',
    ]);
  });

  it('are none while only rates, lags and details move', () => {
    const running = { ...samples.syncing, checklist: checklistAt('full-sync', 'running', '61%') };
    const progress = { ...running.progress, keysPerSecond: 1, lagBytes: 9, keysDone: 530_000 };
    expect(changes(samples.syncing, { ...running, progress })).toEqual([]);
  });

  it('tell the plain retry beside the one with a patch', () => {
    const retry = (command: string) => ({ message: 'retry', command, why: '' });
    const nextSteps = [retry('redis-migration retry M'), retry("redis-migration retry M --patch '{}'")];
    const before = { ...samples.syncing, nextSteps: [] };
    expect(changes(before, { ...before, nextSteps })).toEqual([
      'next: retry: redis-migration retry M',
      "next: retry: redis-migration retry M --patch '{}'",
    ]);
  });

  it('tell each tenth of the progress', () => {
    const progress = { ...samples.syncing.progress, keysDone: 600_001 };
    expect(changes(samples.syncing, { ...samples.syncing, progress })).toEqual(['progress 60%']);
  });

  it('tell a step that ends, with its detail, and the next', () => {
    const checklist = checklistAt('verify', 'running').map(entry =>
      entry.step === 'full-sync' ? { ...entry, detail: 'lag 0 B' } : entry,
    );
    expect(changes(samples.syncing, { ...samples.syncing, checklist })).toEqual([
      'step full-sync: passed in 500ms: lag 0 B',
      'step verify: running',
    ]);
  });

  it('tell what blocks, and that it is gone', () => {
    const blocked = samples['waiting-for-operator'];
    const before = { ...blocked, blockers: [], notes: [], nextSteps: [] };
    const text =
      'blocked at authentication: PermissionMissing: target b:6379: the user migration may not run REPLICAOF ' +
      "Remedy: Grant the named commands to the user, then send 'retry'.";
    expect(changes(before, { ...before, blockers: blocked.blockers })).toEqual([text]);
    expect(changes({ ...before, blockers: blocked.blockers }, before)).toEqual([`no longer ${text}`]);
  });

  it('tell a note once', () => {
    const one = statusAt('syncing', { notes: ['one'] });
    expect(changes(one, statusAt('syncing', { notes: ['one', 'two\x1b'] }))).toEqual(['note: two\\u{1b}']);
  });
});
