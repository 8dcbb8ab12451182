import { open, rm } from 'node:fs/promises';
import { FileCursor } from './file-cursor.js';
import { RecordView } from './record.js';
import type { Segment, Segments } from './segments.js';

/**
 * Finds the end of the stream in the files that a worker has left, and cuts off what was being written when it died.
 * @param endsWell whether a record may be the last one, by its bytes of the stream; null: any
 * @returns offset of the last byte that is there; undefined when there are no files
 */
export async function recover(
  segments: Segments,
  endsWell: ((bytes: Buffer) => boolean) | null,
): Promise<number | undefined> {
  await segments.load();
  for (let { last } = segments; last; last = segments.last) {
    last.end = last.start;
    const size = await sizeOfWhole(segments, last, endsWell);
    if (size !== undefined) {
      segments.grew(last, size - last.size, last.end);
      await cut(last.path, last.size);
      return last.end;
    }
    await rm(last.path, { force: true });
    segments.drop(last);
    if (!endsWell) return last.start;
  }
  return undefined;
}

/** Undefined: it hasn't even a head, or nothing in it may be the end. */
async function sizeOfWhole(
  segments: Segments,
  segment: Segment,
  endsWell: ((bytes: Buffer) => boolean) | null,
): Promise<number | undefined> {
  const cursor = await FileCursor.open(segments, segment);
  if (!cursor) return undefined;
  try {
    return await lastWhole(cursor, endsWell);
  } finally {
    await cursor.close();
  }
}

/** Moves the segment's end behind its last whole record. @returns bytes of the file up to there */
async function lastWhole(
  cursor: FileCursor,
  endsWell: ((bytes: Buffer) => boolean) | null,
): Promise<number | undefined> {
  const view = new RecordView();
  const { segment } = cursor;
  let size = endsWell ? undefined : cursor.taken;
  for (let at = segment.start; ; ) {
    const found = cursor.next(view);
    if (found === 'more' && (await cursor.fill())) continue;
    if (found !== 'record' || view.start !== at) return size;
    at = view.endOffset;
    if (endsWell && !endsWell(view.bytes.subarray(view.from, view.to))) continue;
    segment.end = at;
    size = cursor.taken;
  }
}

async function cut(path: string, size: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(size);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
