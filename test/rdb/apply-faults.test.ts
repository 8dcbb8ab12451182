import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PartitionProgress } from '../../src/copy/index.js';
import { throughJson } from '../copy/support.js';
import { fill, fillEveryType, type RedisServer, startProxy, startRedis } from '../lab/index.js';
import { applyFile, snapshotOf } from './apply-support.js';

const keys = 60_000;

let source: RedisServer;
let target: RedisServer;
let dir = '';
let file = '';
let digest = '';
beforeAll(async () => {
  [source, target] = await Promise.all([startRedis({ persistence: 'none' }), startRedis({ persistence: 'none' })]);
  dir = await mkdtemp(path.join(tmpdir(), 'apply-'));
  file = path.join(dir, 'dump.rdb');
  await fillEveryType(source);
  await fill(source, { keys, bytes: 100, database: 5 });
  await source.cli('SET', 'big', 'x'.repeat(3 << 20));
  await writeFile(file, (await snapshotOf(source)).bytes);
  digest = await source.cli('DEBUG', 'DIGEST');
});
afterAll(async () => {
  await Promise.all([source.discard(), target.discard(), rm(dir, { recursive: true })]);
});
beforeEach(() => target.cli('FLUSHALL'));

/** The signal comes after so many checkpoints, again and again. */
async function inParts(checkpoints: () => number): Promise<{ progress: PartitionProgress; parts: number }> {
  let resume: PartitionProgress | null = null;
  for (let parts = 1; ; parts++) {
    const controller = new AbortController();
    let left = checkpoints();
    const onProgress = () => left-- <= 0 && controller.abort();
    const report = await applyFile(file, target, { resume, onProgress, signal: controller.signal });
    expect(report.finding).toBe(null);
    if (report.progress.done) return { progress: report.progress, parts };
    resume = throughJson(report.progress);
  }
}

test('stopped again and again, it goes on from its checkpoint', async () => {
  let turn = 0;
  const { progress, parts } = await inParts(() => [0, 3, 11, 7][turn++ % 4] as number);
  expect(parts).toBeGreaterThan(3);
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(digest);
  // Every key once, since what was counted is not read again.
  expect(progress.scanned).toBe((await snapshotOf(source)).keys.length);
});

test.each([1, 1500, 2500, 3500, 4500])('stopped when no more than %i keys are left, it finds the end', async left => {
  const all = (await snapshotOf(source)).keys.length;
  const controller = new AbortController();
  const onProgress = ({ scanned }: PartitionProgress) => scanned >= all - left && controller.abort();
  const stopped = await applyFile(file, target, { onProgress, signal: controller.signal });
  const resumed = await applyFile(file, target, { resume: throughJson(stopped.progress) });
  expect(resumed).toMatchObject({ progress: { scanned: all, copied: all, done: true }, finding: null });
});

test('in slices, the checkpoint is small and readable', async () => {
  const { progress } = await applyFile(file, target, { sliceMs: 20 });
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(digest);
  expect(JSON.stringify(progress).length).toBeLessThan(1500);
  expect(progress.cursor).toMatch(/^\d+\/\d+$/);
});

test('the connection cut again and again, it gets done', async () => {
  const proxy = await startProxy({ to: target });
  const timer = setInterval(() => void proxy.cut().then(() => proxy.restore()), 150);
  try {
    const { progress, finding } = await applyFile(file, proxy);
    expect([progress.done, finding]).toEqual([true, null]);
  } finally {
    clearInterval(timer);
    await proxy.close();
  }
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(digest);
});

test('a target that restarted without its data gets all of it again', async () => {
  const own = await startRedis({ persistence: 'none' });
  let restarted: Promise<void> | undefined;
  const onProgress = (progress: PartitionProgress) => {
    if (progress.scanned > keys / 2) restarted ??= own.restart({ graceful: false });
  };
  const { progress } = await applyFile(file, own, { onProgress });
  await restarted;
  expect(progress.done).toBe(true);
  expect(await own.cli('DEBUG', 'DIGEST')).toBe(digest);
  await own.discard();
});

test('a target that is full is a finding, and once there is room it goes on', async () => {
  const used = Number((await target.info('memory')).used_memory);
  await target.cli('CONFIG', 'SET', 'maxmemory', String(used + (8 << 20)), 'maxmemory-policy', 'noeviction');
  const full = await applyFile(file, target);
  expect(full.finding).toMatchObject({ type: 'TargetFull' });
  expect(full.progress.done).toBe(false);
  await target.cli('CONFIG', 'SET', 'maxmemory', '0');
  const { progress } = await applyFile(file, target, { resume: throughJson(full.progress) });
  expect(progress.done).toBe(true);
  expect(await target.cli('DEBUG', 'DIGEST')).toBe(digest);
});

test('a right that is missing is a finding', async () => {
  await target.cli('ACL', 'SETUSER', 'default', '-restore');
  const { finding } = await applyFile(file, target).finally(() => target.cli('ACL', 'SETUSER', 'default', '+@all'));
  expect(finding).toMatchObject({ type: 'PermissionMissing', message: expect.stringMatching(/restore/i) });
});

test('a checkpoint of another snapshot means nothing: it begins anew', async () => {
  const { progress } = await applyFile(file, target, { sliceMs: 1 });
  const other = { ...progress, sourceRunId: 'another', done: false };
  expect((await applyFile(file, target, { resume: other })).progress.scanned).toBe(progress.scanned);
});

test('a snapshot that is damaged in the middle is a finding that says where, whatever was applied before', async () => {
  const bytes = Buffer.from(await readFile(file));
  const damagedFile = path.join(dir, 'damaged.rdb');
  await writeFile(damagedFile, bytes.subarray(0, bytes.length >> 1));
  const cut = await applyFile(damagedFile, target);
  expect(cut.finding).toMatchObject({
    type: 'SnapshotFailed',
    message: expect.stringMatching(/at byte \d+ .*too early/),
  });
  await writeFile(damagedFile, bytes.fill(0x1e, 20_000, 90_000));
  expect((await applyFile(damagedFile, target)).finding).toMatchObject({ type: 'SnapshotFailed' });
  await writeFile(damagedFile, 'no snapshot');
  await expect(applyFile(damagedFile, target)).rejects.toMatchObject({ type: 'SnapshotFailed' });
});

test('no faster than it may', async () => {
  const rate = { maxKeysPerSecond: 40_000, maxBytesPerSecond: null, brake: false, baseline: null };
  const startedAt = performance.now();
  await applyFile(file, target, { rate });
  expect(performance.now() - startedAt).toBeGreaterThan(1200);
});
