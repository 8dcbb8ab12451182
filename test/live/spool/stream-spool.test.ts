import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SpoolGone } from '../../../src/live/spool/spool-error.js';
import { spoolPlace } from '../../../src/live/spool/stream-spool.js';
import { waitFor } from '../../lab/index.js';
import { appendAll, readTo, spoolDir, streamOf, useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const place = { replicationId: 'a'.repeat(40), offset: 1000 };
const small = { segmentBytes: 300_000, memoryBytes: 0 };
const bytes = streamOf(2_000_000);

describe('reading', () => {
  test('what is appended comes in order, from any offset, while it comes and after it was opened again', async () => {
    const spool = await fresh(small);
    expect([spool.position, spool.end]).toEqual([null, 0]);
    await spool.begin(place);
    const reading = readTo(spool.reader(1000), 1000 + bytes.length);
    await appendAll(spool, bytes);
    expect((await reading).equals(bytes)).toBe(true);
    expect((await readTo(spool.reader(778_001), spool.end)).equals(bytes.subarray(777_001))).toBe(true);
    await spool.close();
    const again = await open(spool.dir);
    expect(again.position).toEqual({ replicationId: place.replicationId, offset: 2_001_000 });
    expect((await readTo(again.reader(1000), again.end)).equals(bytes)).toBe(true);
  });

  test('a stretch says when it came, and where it ends', async () => {
    const spool = await fresh();
    await spool.begin(place);
    spool.append(Buffer.from('abc'), 17);
    spool.append(Buffer.from('defg'), 18);
    const reader = spool.reader(1001);
    expect(reader.take()).toEqual({ bytes: Buffer.from('bc'), endOffset: 1003, arrivedAt: 17 });
    expect(reader.take()).toEqual({ bytes: Buffer.from('defg'), endOffset: 1007, arrivedAt: 18 });
    expect(reader.take()).toBeUndefined();
  });

  test('who has caught up waits, is woken by what comes, and by the signal', async () => {
    const spool = await fresh();
    await spool.begin(place);
    const reader = spool.reader(1000);
    const next = reader.next();
    spool.append(Buffer.from('abc'), 1);
    expect((await next)?.endOffset).toBe(1003);
    const controller = new AbortController();
    const none = reader.next(controller.signal);
    controller.abort();
    expect(await none).toBeUndefined();
  });

  test('near the end it needs no file', async () => {
    const spool = await fresh();
    await spool.begin(place);
    const reader = spool.reader(1000);
    spool.append(Buffer.from('abc'), 1);
    // Nothing could have been written yet: no turn of the event loop has passed.
    expect(reader.take()?.endOffset).toBe(1003);
  });

  test('what was given out stays what it is until the reader is asked again', async () => {
    const spool = await fresh({ ...small, unwrittenBytes: 100_000 });
    await spool.begin(place);
    const reader = spool.reader(1000);
    await spool.append(bytes.subarray(0, 100), 1);
    const chunk = reader.take();
    await appendAll(spool, bytes.subarray(100));
    await spool.sync();
    expect(chunk?.bytes.equals(bytes.subarray(0, 100))).toBe(true);
    expect((await readTo(reader, spool.end)).equals(bytes.subarray(100))).toBe(true);
  });

  test('an offset that is not there is refused', async () => {
    const spool = await fresh();
    await spool.begin(place);
    for (const offset of [999, 1001]) expect(() => spool.reader(offset)).toThrow(SpoolGone);
  });

  test('readers of all paces get the same', async () => {
    const spool = await fresh({ segmentBytes: 300_000, memoryBytes: 400_000 });
    await spool.begin(place);
    const paces = [0, 1, 3].map(async pauses => {
      const reader = spool.reader(1000);
      const parts: Buffer[] = [];
      while (reader.position < 1000 + bytes.length) {
        parts.push(Buffer.from((await reader.next())?.bytes ?? ''));
        for (let n = 0; n < pauses; n++) await new Promise(setImmediate);
      }
      return Buffer.concat(parts).equals(bytes);
    });
    await appendAll(spool, bytes, 3001);
    expect(await Promise.all(paces)).toEqual([true, true, true]);
  });
});

describe('its files', () => {
  test('nobody else may read them, and nothing is left of them', async () => {
    const dir = spoolPlace(await spoolDir(), 'a migration');
    const spool = await open(dir);
    await spool.begin(place, 'awaited');
    await spool.append(bytes.subarray(0, 1000), 1);
    await spool.sync();
    const modes = await Promise.all((await readdir(dir)).map(name => stat(join(dir, name))));
    expect([modes.length, ...new Set(modes.map(({ mode }) => mode & 0o777))]).toEqual([5, 0o600]);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
    await spool.remove();
    await expect(stat(dir)).rejects.toThrow('ENOENT');
    await spool.remove();
  });

  test('what will never be read again goes, file by file, and what is left can be read', async () => {
    const spool = await fresh(small);
    await spool.begin(place);
    await appendAll(spool, bytes);
    await spool.sync();
    const before = spool.bytes;
    await spool.trim(1_500_000);
    expect(spool.bytes).toBeLessThan(before * 0.5);
    expect(spool.start).toBeGreaterThan(1_000_000);
    expect(spool.start).toBeLessThanOrEqual(1_500_000);
    expect((await readTo(spool.reader(1_500_000), spool.end)).equals(bytes.subarray(1_499_000))).toBe(true);
    const { start, bytes: size } = spool;
    await spool.close();
    const again = await open(spool.dir);
    expect([again.start, again.bytes]).toEqual([start, size]);
  });

  test('a new beginning throws away what was, for readers too', async () => {
    const spool = await fresh(small);
    await spool.begin(place);
    await appendAll(spool, bytes);
    const reading = expect(readTo(spool.reader(1000), 9_000_000)).rejects.toThrow(SpoolGone);
    await spool.begin({ replicationId: 'b', offset: 5 });
    await reading;
    expect([spool.start, spool.end, spool.bytes]).toEqual([5, 5, 0]);
    const left = (await readdir(spool.dir)).filter(name => !name.startsWith('owner-'));
    expect(left.sort()).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.reserve$/), 'meta.json']);
  });

  test('who opens it takes it from whoever had it', async () => {
    const first = await fresh(small);
    await first.begin(place);
    await appendAll(first, bytes.subarray(0, 100_000));
    await first.sync();
    const second = await open(first.dir, small);
    first.append(Buffer.from('too late'), 1);
    await expect(first.sync()).rejects.toMatchObject({ type: 'Superseded' });
    expect(first.durable).toBe(101_000);
    await expect(first.begin(place)).rejects.toMatchObject({ type: 'Superseded' });
    await expect(first.remove()).rejects.toMatchObject({ type: 'Superseded' });
    await appendAll(second, bytes.subarray(100_000));
    await second.close();
    const third = await open(first.dir);
    expect((await readTo(third.reader(1000), third.end)).equals(bytes)).toBe(true);
  });

  test('a directory that others may read is refused', async () => {
    await expect(open('/tmp')).rejects.toMatchObject({ type: 'SnapshotFailed' });
  });

  test('a disk that fails is an error that names the place', async () => {
    const spool = await fresh(small);
    await spool.begin(place);
    await spool.remove();
    await writeFile(spool.dir, 'no directory');
    await expect(open(spool.dir)).rejects.toMatchObject({
      type: 'SpoolFailed',
      message: expect.stringContaining(spool.dir),
    });
  });
});

describe('the source', () => {
  test('it is known under which ids the stream went', async () => {
    const spool = await fresh();
    await spool.begin(place);
    spool.append(Buffer.alloc(500, 'x'), 1);
    await spool.renameId('b');
    spool.append(Buffer.alloc(500, 'x'), 1);
    const look = (at: typeof spool) =>
      [
        [place.replicationId, 1500],
        [place.replicationId, 1501],
        ['b', 2000],
        ['b', 2001],
        ['b', 999],
        ['c', 1500],
      ].map(([replicationId, offset]) => at.holds({ replicationId: String(replicationId), offset: Number(offset) }));
    expect(look(spool)).toEqual([true, false, true, false, false, false]);
    await spool.close();
    const again = await open(spool.dir);
    expect(look(again)).toEqual([true, false, true, false, false, false]);
    expect(again.position).toEqual({ replicationId: 'b', offset: 2000 });
  });

  test('it has to wait while too much is unwritten', async () => {
    const spool = await fresh({ unwrittenBytes: 100_000 });
    await spool.begin(place);
    const held = spool.append(bytes, 1);
    expect(held).toBeInstanceOf(Promise);
    await held;
    expect(spool.append(Buffer.from('x'), 1)).toBeUndefined();
  });
});

describe.each(['second', 'always', 'never'] as const)('what is durable, with fsync %s', fsync => {
  test('comes after what was appended, and is there when it is asked for', async () => {
    const spool = await fresh({ fsync });
    await spool.begin(place);
    spool.append(Buffer.from('abc'), 1);
    expect(spool.durable).toBe(1000);
    await spool.sync();
    expect(spool.durable).toBe(1003);
    spool.append(Buffer.from('abc'), 1);
    await waitFor(() => spool.durable === 1006, { what: 'the second one' });
  });
});

test('an older spool whose description is no more than bytes is no spool', async () => {
  const spool = await fresh();
  await spool.begin(place);
  await spool.close();
  await writeFile(join(spool.dir, 'meta.json'), '{"format":1,');
  const again = await open(spool.dir);
  expect(again.position).toBeNull();
  await again.begin(place);
  expect(JSON.parse(await readFile(join(spool.dir, 'meta.json'), 'utf8')).replicationId).toBe(place.replicationId);
});
