import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { codeOf } from '../../server/confined-file.js';

export type Kind = 'file' | 'directory';

/** What is known of a file or directory of this user's alone; null when there is none, or it is no such one. */
export async function lookAt(place: string, kind: Kind): Promise<Stats | null> {
  const found = await unlessMissing(lstat(place));
  return found && isPrivate(found, kind) ? found : null;
}

const isPrivate = (found: Stats, kind: Kind): boolean =>
  (kind === 'file' ? found.isFile() : found.isDirectory()) &&
  found.uid === process.getuid?.() &&
  (found.mode & 0o077) === 0;

/** Null when what was looked for isn't there. */
export async function unlessMissing<T>(looked: Promise<T>): Promise<T | null> {
  try {
    return await looked;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
