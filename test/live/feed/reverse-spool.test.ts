import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { leastMark } from '../../../src/live/feed/mark.js';
import { ReverseSpool } from '../../../src/live/feed/reverse-spool.js';
import type { SpoolSettings } from '../../../src/live/spool/settings.js';
import { labDirectory, waitFor } from '../../lab/index.js';

const source = { replicationId: 'a'.repeat(40), offset: 1000 };
const target = { replicationId: 'b'.repeat(40), offset: 70, db: 0, fetched: [] };
const open: ReverseSpool[] = [];

async function opened(dir: string, settings: Partial<SpoolSettings> = {}, place = source): Promise<ReverseSpool> {
  const fail = (error: unknown) => {
    throw error;
  };
  const spool = await ReverseSpool.open(dir, { source: place, target }, settings, fail);
  open.push(spool);
  return spool;
}
const newDir = () => join(mkdtempSync(join(labDirectory(), 'reverse-')), 'spool');
const untilSettled = (spool: ReverseSpool) => waitFor(() => !spool.settling, { what: 'it to be on the disk' });
afterEach(async () => {
  await Promise.all(open.splice(0).map(spool => spool.close()));
});

async function allOf(spool: ReverseSpool): Promise<Buffer> {
  const reader = spool.reader(spool.start);
  const parts: Buffer[] = [];
  for (let at = spool.start; at < spool.end; at += (parts.at(-1) as Buffer).length)
    parts.push(Buffer.from(await reader.next(AbortSignal.timeout(5000))));
  await reader.close();
  return Buffer.concat(parts);
}

test('begins behind the place where the source was parked, with a mark of where the target is', async () => {
  const spool = await opened(newDir());
  expect(spool.start).toBe(1000);
  expect(spool.found).toEqual(target);
  expect(spool.end).toBeGreaterThan(1000 + leastMark);
});

test.each([64 << 20, 200_000])(
  'ends at its last mark when it is opened again, files of %i bytes',
  async segmentBytes => {
    const dir = newDir();
    const first = await opened(dir, { segmentBytes });
    const mark = { ...target, offset: 99, db: 3, fetched: [{ db: 1, key: 'aw==', until: 120 }] };
    first.mark(Buffer.from('something'), mark);
    await untilSettled(first);
    const { end, replicationId } = first;
    const kept = await allOf(first);
    for (let n = 0; n < 10; n++) await first.add(Buffer.alloc(100_000, 'x'));
    expect(first.end).toBe(end);
    await first.close();

    const again = await opened(dir, { segmentBytes });
    expect(again.end).toBe(end);
    expect(again.found).toEqual(mark);
    expect(again.replicationId).toBe(replicationId);
    again.mark(Buffer.from('more'), { ...mark, offset: 130 });
    await untilSettled(again);
    const all = await allOf(again);
    expect(all.subarray(0, kept.length)).toEqual(kept);
    expect(all.toString('latin1', kept.length)).toMatch(/^more\*2\r\n\$4\r\nPING\r\n/);
  },
);

test('keeps a batch beyond what a record holds', async () => {
  const dir = newDir();
  const spool = await opened(dir);
  const mark = { ...target, offset: 500 };
  spool.mark(Buffer.alloc(1_000_000, 'y'), mark);
  await untilSettled(spool);
  await spool.close();
  expect((await opened(dir)).found).toEqual(mark);
});

test('of another parking nothing is left', async () => {
  const dir = newDir();
  await (await opened(dir)).close();
  const other = await opened(dir, {}, { ...source, offset: 2000 });
  expect(other.start).toBe(2000);
});
