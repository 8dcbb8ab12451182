import { describe, expect, it } from 'vitest';
import { mergeHeartbeats } from '../../../src/cli/client/heartbeats.js';
import { readResult, readStatus } from '../../../src/cli/client/read-status.js';
import { samples, statusAt } from '../support/samples.js';

describe('what a worker answers', () => {
  it('is the status', () => {
    expect(readStatus(samples.observing)).toEqual(samples.observing);
  });

  it('is completed where another version leaves fields out', () => {
    expect(
      readStatus({ phase: 'syncing', checklist: [], method: 'auto', name: '', progress: { keysDone: 3 } }),
    ).toEqual({
      ...statusAt('syncing', { method: 'auto', name: '', checklist: [] }),
      progress: { ...statusAt('syncing').progress, keysDone: 3 },
    });
  });

  it.each([[null], ['syncing'], [[]], [{}], [{ phase: 'syncing' }]])('is no status when it is %j', answer => {
    expect(readStatus(answer)).toBeNull();
  });

  it('is no result without a status', () => {
    const result = { outcome: 'completed', report: '', status: samples.completed };
    expect(readResult(result)).toEqual(result);
    expect(readResult({ ...result, status: null })).toBeNull();
    expect(readResult('done')).toBeNull();
  });
});

describe('a heartbeat', () => {
  it('brings the progress and the running step up to date', () => {
    const merged = mergeHeartbeats(samples.syncing, [
      { activityType: 'watchLink', detail: { progress: { keysDone: 999, lagMs: 0 }, detail: 'nearly' } },
    ]);
    expect(merged.progress).toEqual({ ...samples.syncing.progress, keysDone: 999, lagMs: 0 });
    expect(merged.checklist.find(({ step }) => step === 'full-sync')?.detail).toBe('nearly');
  });

  it('brings both halves of a stream up to date, and says why it does not come nearer', () => {
    const stream = {
      phase: 'stream',
      receivedBytesPerSecond: 2,
      appliedBytesPerSecond: 1,
      spoolBytes: 7,
      trouble: 'slow',
    };
    const detail = { progress: { stream }, detail: 'slow' };
    const merged = mergeHeartbeats(samples.syncing, [{ activityType: 'watchLive', detail }]);
    expect(merged.progress.stream).toEqual(stream);
    expect(merged.checklist.find(({ step }) => step === 'full-sync')?.detail).toBe('slow');
  });

  it.each([
    ['a stream that is none', { progress: { stream: { phase: 'stream', spoolBytes: 'much' } } }],
    ['nothing', undefined],
    ['a number', 7],
    ['fields that are none', { progress: { keysDone: -1, lagBytes: 'much', bogus: 1, etaSeconds: Number.NaN } }],
    ['a progress that is none', { progress: 'fast', detail: { a: 1 } }],
  ])('that is %s changes nothing', (_, heartbeat) => {
    expect(mergeHeartbeats(samples.syncing, [{ activityType: 'watchLink', detail: heartbeat }])).toEqual(
      samples.syncing,
    );
  });

  it('of the link does not speak for the verification beside it', () => {
    const merged = mergeHeartbeats(samples.verifying, [
      { activityType: 'verifyData', detail: { detail: '7 of 9 keys' } },
      { activityType: 'watchLink', detail: { detail: 'in-sync', progress: { lagBytes: 5 } } },
    ]);
    expect(merged.checklist.find(({ state }) => state === 'running')?.detail).toBe('7 of 9 keys');
    expect(merged.progress.lagBytes).toBe(5);
    expect(merged.rollback.lagBytes).toBeNull();
  });

  it('of the link tells after the promotion how far the old source is behind', () => {
    const heartbeat = { activityType: 'watchLink', detail: { progress: { lagBytes: 5 } } };
    expect(mergeHeartbeats(samples.observing, [heartbeat]).rollback.lagBytes).toBe(5);
  });

  it('adds what the slices of a copy have moved since the workflow heard of them', () => {
    const status = {
      ...samples.syncing,
      progress: { ...samples.syncing.progress, keysDone: 100, keysTotal: 150, bytesDone: 10 },
    };
    const slice = (keys: number, bytes: number) => ({ activityType: 'copySlice', detail: { moved: { keys, bytes } } });
    const { progress } = mergeHeartbeats(status, [slice(20, 5), slice(40, 1)]);
    expect(progress).toMatchObject({ keysDone: 160, keysTotal: 160, bytesDone: 16 });
  });
});
