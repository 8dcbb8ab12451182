import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open as openFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Room } from '../../../src/live/spool/room.js';
import type { SpoolFull } from '../../../src/live/spool/settings.js';
import { SpoolGone } from '../../../src/live/spool/spool-error.js';
import { startRedis, waitFor } from '../../lab/index.js';
import { readAll } from '../../rdb/read-all.js';
import { follow, snapshotOf } from '../follow.js';
import { appendAll, readTo, spoolDir, streamOf, useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const place = { replicationId: 'a', offset: 1000 };
const bytes = streamOf(3_000_000);

/** What was told, without the times. */
function findings() {
  const told: (SpoolFull['why'] | null)[] = [];
  return { told, onFull: (full: SpoolFull | null) => void told.push(full?.why ?? null) };
}

test('at its limit the source waits until something may be trimmed, while readers go on', async () => {
  const { told, onFull } = findings();
  const spool = await fresh({ maxBytes: 1_000_000, unwrittenBytes: 100_000, memoryBytes: 0, retryMs: 60_000, onFull });
  await spool.begin(place);
  const appending = appendAll(spool, bytes);
  await waitFor(() => spool.full?.why === 'limit', { what: 'the spool to be full' });
  expect(spool.bytes).toBeLessThanOrEqual(1_000_000);
  const reader = spool.reader(1000);
  for (let at = 1000; at < 3_001_000; at = reader.position) {
    const chunk = await reader.next();
    expect(chunk?.bytes.equals(bytes.subarray(at - 1000, reader.position - 1000))).toBe(true);
    await spool.trim(reader.position);
  }
  await appending;
  await spool.sync();
  expect(spool.full).toBeNull();
  expect(told.slice(0, 2)).toEqual(['limit', null]);
});

describe('a disk without room', () => {
  test('is waited for', async () => {
    const full = await openFile('/dev/full', 'w');
    const { told, onFull } = findings();
    const room = new Room({ retryMs: 1, onFull });
    let attempts = 0;
    const written = await room.onDisk(async () => (++attempts < 5 ? full.write('x') : 'there is room'));
    await full.close();
    expect([written, told]).toEqual(['there is room', ['disk', null]]);
  });

  test('is waited for no longer once the spool is closed', async () => {
    const full = await openFile('/dev/full', 'w');
    const room = new Room({ retryMs: 60_000, onFull: () => {} });
    const writing = expect(room.onDisk(() => full.write('x'))).rejects.toThrow(SpoolGone);
    await waitFor(() => room.full, { what: 'the disk to be full' });
    room.close();
    await writing;
    await full.close();
  });
});

test('who waits for room is told to stop by a signal', async () => {
  const full = await openFile('/dev/full', 'w');
  const room = new Room({ retryMs: 60_000, onFull: () => {} });
  const controller = new AbortController();
  const writing = expect(room.onDisk(() => full.write('x'), controller.signal)).rejects.toThrow('enough');
  await waitFor(() => room.full, { what: 'the disk to be full' });
  controller.abort(new Error('enough'));
  await writing;
  await full.close();
});

/** Whether this machine lets us make a disk of our own. */
function mounted(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('a small disk of its own', () => {
  let dir: string;
  let isMounted = false;
  beforeAll(async () => {
    dir = await spoolDir();
    isMounted = mounted(dir);
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', [dir]);
  });

  test('full: nothing is lost, and it goes on when there is room', async ({ skip }) => {
    if (!isMounted) skip('mounting is not allowed here');
    const { told, onFull } = findings();
    const spool = await open(join(dir, 'spool'), {
      unwrittenBytes: 100_000,
      memoryBytes: 0,
      segmentBytes: 300_000,
      retryMs: 5,
      onFull,
    });
    await spool.begin(place);
    await writeFile(join(dir, 'of somebody else'), Buffer.alloc(1_500_000));
    const appending = appendAll(spool, bytes.subarray(0, 1_500_000));
    await waitFor(() => spool.full?.why === 'disk', { what: 'the disk to be full' });
    await rm(join(dir, 'of somebody else'));
    await appending;
    await spool.sync();
    expect(told).toEqual(['disk', null]);
    await spool.close();
    const again = await open(spool.dir);
    expect((await readTo(again.reader(1000), 1_501_000)).equals(bytes.subarray(0, 1_500_000))).toBe(true);
  });

  test('full while a snapshot comes: the source waits, and it is whole in the end', async ({ skip }) => {
    if (!isMounted) skip('mounting is not allowed here');
    const source = await startRedis({ persistence: 'none', config: { 'repl-diskless-sync-delay': '0' } });
    await source.cli('SET', 'k', randomBytes(1_000_000).toString('base64'));
    const spool = await open(join(dir, 'snapshot'), { retryMs: 5 });
    await writeFile(join(dir, 'of somebody else'), Buffer.alloc(1_000_000));
    const link = follow(source, spool);
    await waitFor(() => spool.full?.why === 'disk', { what: 'the disk to be full' });
    expect(spool.position).toBeNull();
    await rm(join(dir, 'of somebody else'));
    await waitFor(() => spool.position, { what: 'the snapshot' });
    await link.stop();
    expect(readAll(await snapshotOf(spool)).keys.length).toBe(1);
    await spool.remove();
    await source.discard();
  });

  test('full for good: what it says of itself is written all the same, again and again', async ({ skip }) => {
    if (!isMounted) skip('mounting is not allowed here');
    const spool = await open(join(dir, 'renamed'), { unwrittenBytes: 100_000, memoryBytes: 0, retryMs: 60_000 });
    await spool.begin(place);
    const appending = expect(appendAll(spool, bytes)).rejects.toThrow(SpoolGone);
    await waitFor(() => spool.full?.why === 'disk', { what: 'the disk to be full' });
    for (const id of ['b', 'c', 'd']) await spool.renameId(id);
    await spool.close();
    await appending;
    const again = await open(spool.dir);
    expect(again.position?.replicationId).toBe('d');
    await again.remove();
  });

  test('full for good: it can be closed, and what was written is there', async ({ skip }) => {
    if (!isMounted) skip('mounting is not allowed here');
    const spool = await open(join(dir, 'other'), { unwrittenBytes: 100_000, memoryBytes: 0, retryMs: 60_000 });
    await spool.begin(place);
    const appending = expect(appendAll(spool, bytes)).rejects.toThrow(SpoolGone);
    await waitFor(() => spool.full?.why === 'disk', { what: 'the disk to be full' });
    await spool.close();
    await appending;
    const again = await open(spool.dir);
    expect(again.end).toBeGreaterThan(100_000);
    expect((await readTo(again.reader(1000), again.end)).equals(bytes.subarray(0, again.end - 1000))).toBe(true);
  });
});
