import type { ReplyCursor } from '../../keys/reply-cursor.js';
import type { Building } from '../copy/building.js';
import { copyWindow } from '../copy/elements.js';
import type { Piece } from '../copy/piece.js';
import type { Reading } from '../copy/reading.js';
import type { PendingCopy } from './copy-pending.js';
import { compareIds, nextId } from './id.js';

/**
 * Copies entries and what is pending of them in the order of their ids. Each window ends where the shortest page of all
 * ends, so that a group claims entries in the piece that adds them. One that is pending and was deleted is added too,
 * claimed and deleted again.
 * @param lastId no further than the stream reached at first: one that grows all the time would never end
 * @returns whether there were such
 */
export async function copyEntries(
  from: Reading,
  to: Building,
  lastId: Buffer,
  groups: readonly PendingCopy[],
): Promise<boolean> {
  const window = copyWindow();
  let anyDeleted = false;
  for (let start: string | undefined = '-'; start !== undefined; ) {
    const at: string = start;
    let asked = 0;
    const page = await from.readWindow(window, size => {
      asked = size;
      return ['XRANGE', from.key, at, lastId, 'COUNT', size];
    });
    const ids = idsOf(page.fork());
    const ends = await Promise.all(groups.map(group => group.read(at)));
    const end = earliest([ids.length < asked ? undefined : ids.at(-1), ...ends]);
    const deleted = deletedOf(groups, end, ids);
    anyDeleted ||= deleted.length > 0;
    const kept = end === undefined ? ids : ids.filter(id => compareIds(id, end) <= 0);
    await to.write(piece => {
      addEntries(piece, to.key, { page, ids: kept, deleted });
      for (const group of groups) group.claim(piece, to.key);
      if (deleted.length > 0) piece.add('XDEL', to.key, ...deleted);
    });
    start = end && nextId(Buffer.from(end));
  }
  return anyDeleted;
}

const earliest = (ids: readonly (string | undefined)[]): string | undefined =>
  ids.reduce((one, other) => (one === undefined || (other && compareIds(other, one) < 0) ? other : one));

/** Up to the end of the window: pending ids without an entry, in order. */
function deletedOf(groups: readonly PendingCopy[], end: string | undefined, ids: string[]): string[] {
  const pending = new Set(groups.flatMap(group => group.takeUntil(end)));
  for (const id of pending.size > 0 ? ids : []) pending.delete(id);
  return [...pending].sort(compareIds);
}

interface Entries {
  page: ReplyCursor;
  ids: readonly string[];
  deleted: readonly string[];
}

/** The entries as bytes, and between them those that are deleted, as of nothing. */
function addEntries(piece: Piece, key: Buffer, { page, ids, deleted }: Entries): void {
  let next = 0;
  const addDeletedBefore = (id: string | undefined): void => {
    for (; next < deleted.length; next++) {
      const gone = deleted[next] as string;
      if (id !== undefined && compareIds(gone, id) > 0) return;
      piece.add('XADD', key, gone, '', '');
    }
  };
  page.next();
  for (const id of ids) {
    addDeletedBefore(id);
    page.next();
    page.next();
    page.next();
    piece.begin(page.value + 3, 'XADD', key, id);
    piece.append(page, page.value);
  }
  addDeletedBefore(undefined);
}

/** Of a reply of XRANGE: an array of ids, each with an array of fields and values. */
function idsOf(page: ReplyCursor): string[] {
  const ids: string[] = [];
  page.next();
  for (let left = page.value; left > 0; left--) {
    page.next();
    page.next();
    ids.push(page.bytes.toString('latin1', page.from, page.to));
    page.next();
    for (let words = page.value; words > 0; words--) page.next();
  }
  return ids;
}
