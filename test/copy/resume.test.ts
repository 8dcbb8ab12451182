import { describe, expect, test } from 'vitest';
import { copyPartition, type Partition, type PartitionProgress } from '../../src/copy/index.js';
import { cut } from '../../src/copy/partition.js';
import { fill, startRedis, waitFor } from '../lab/index.js';
import { anybody, copyAll, digestOf, endpoint, requestOf, throughJson, totals, unlimited } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();
const keys = 60_000;
const endpoints = { source: endpoint('source', source), target: endpoint('target', target) };
const whole: Partition = { db: 0, from: '0', to: null };
const never = new AbortController().signal;
const paced = { ...unlimited, maxKeysPerSecond: keys };

/** Copies until `stop` says so; the last checkpoint, as a heartbeat had it. */
async function interrupted(stop: (progress: PartitionProgress) => boolean, partition = whole) {
  const stopping = new AbortController();
  let last: PartitionProgress | undefined;
  const onProgress = (progress: PartitionProgress) => {
    last = throughJson(progress);
    if (stop(progress)) stopping.abort();
  };
  const request = { ...requestOf(partition), rate: paced };
  const { progress } = await copyPartition(endpoints, request, {
    onProgress,
    signal: stopping.signal,
    writer: anybody,
  });
  return { progress, last: last as PartitionProgress };
}

test('stopped again and again, at any place, in several partitions, it repeats nothing that was counted', async () => {
  await fill(source, { keys });
  const onTheirOwn = cut(0, 2).map(async partition => {
    let resume: PartitionProgress | null = null;
    let calls = 0;
    while (!resume?.done) {
      const signal = AbortSignal.timeout(20 + Math.floor(Math.random() * 100));
      const request = { ...requestOf(partition), rate: paced, resume };
      const { progress, finding } = await copyPartition(endpoints, request, {
        onProgress: () => {},
        signal,
        writer: anybody,
      });
      expect(finding).toBeNull();
      resume = throughJson(progress);
      calls++;
    }
    return { calls, progress: resume };
  });
  const done = await Promise.all(onTheirOwn);
  expect(done.every(({ calls }) => calls > 3)).toBe(true);
  expect(await digestOf(target)).toBe(await digestOf(source));
  const scanned = done.reduce((sum, { progress }) => sum + progress.scanned, 0);
  expect(scanned).toBeGreaterThanOrEqual(keys);
  expect(scanned).toBeLessThan(keys * 1.02);
});

test('in short slices, each of which does something', async () => {
  await fill(source, { keys: 5000 });
  const [report] = await copyAll(source, target, { sliceMs: 1 });
  expect(report?.progress).toMatchObject({ done: true, scanned: 5000, copied: 5000 });
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('a checkpoint is never ahead of what the target has', async () => {
  await fill(source, { keys });
  const other = await startRedis({ persistence: 'none' });
  try {
    const { last } = await interrupted(({ scanned }) => scanned > keys / 3);
    expect(last).toMatchObject({ done: false });
    // All that was counted is on the one, all the rest on the other.
    const elsewhere = { source: endpoints.source, target: endpoint('target', other) };
    const resume = { ...last, targetRunId: (await other.info('server')).run_id ?? '' };
    const rest = { ...requestOf(whole), resume };
    const { progress } = await copyPartition(elsewhere, rest, { onProgress: () => {}, signal: never, writer: anybody });
    expect(progress).toMatchObject({ done: true, scanned: keys, copied: keys });
    expect(Number(await other.cli('DBSIZE'))).toBeLessThan(keys);
    await copyAll(other, target);
    expect(await digestOf(target)).toBe(await digestOf(source));
  } finally {
    await other.discard();
  }
});

test('another source at the address: its table has another order, so the partition begins anew', async () => {
  await fill(source, { keys });
  const { last } = await interrupted(({ scanned }) => scanned > keys / 2);
  await source.restart();
  await fill(source, { keys });
  await target.cli('FLUSHALL');
  const request = { ...requestOf(whole), resume: last };
  const { progress } = await copyPartition(endpoints, request, {
    onProgress: () => {},
    signal: never,
    writer: anybody,
  });
  expect(progress).toMatchObject({ done: true, scanned: keys, copied: keys });
  expect(await digestOf(target)).toBe(await digestOf(source));
});

test('what is done stays done', async () => {
  await fill(source, { keys: 1000 });
  const [report] = await copyAll(source, target);
  const resume = report?.progress as PartitionProgress;
  await source.cli('CONFIG', 'RESETSTAT');
  const again = await copyPartition(
    endpoints,
    { ...requestOf(whole), resume },
    { onProgress: () => {}, signal: never, writer: anybody },
  );
  expect(again.progress).toEqual(resume);
  expect((await source.info('commandstats')).cmdstat_dump).toBeUndefined();
});

describe.each(['aof', 'none'] as const)(
  'a target that is killed while it is copied to, persistence %s',
  persistence => {
    test('has everything in the end', async () => {
      await fill(source, { keys });
      const config = { appendfsync: 'everysec' };
      const other = await startRedis({ persistence, ...(persistence === 'aof' ? { config } : {}) });
      try {
        let seen = 0;
        const copying = copyAll(source, other, {
          rate: paced,
          onProgress: ({ scanned }) => {
            seen = scanned;
          },
        });
        await waitFor(() => seen > keys / 2, { what: 'half of the keys', everyMs: 5 });
        await other.restart({ graceful: false });
        const reports = await copying;
        expect(totals(reports).copied).toBe(keys);
        expect(reports[0]?.progress.targetRunId).toBe((await other.info('server')).run_id);
        expect(await digestOf(other)).toBe(await digestOf(source));
      } finally {
        await other.discard();
      }
    });
  },
);
