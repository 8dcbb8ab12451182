import { access, constants, statfs } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../server/confined-file.js';

/**
 * Bytes that a worker may still write where it keeps its spools, whether the directory is there yet or not. Changes nothing.
 * @throws Error of the file system, with its `code`: it may not be written to, a file is in its place, ...
 */
export async function freeBytes(dir: string): Promise<number> {
  const place = path.resolve(dir);
  try {
    await access(place, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(place);
    return bavail * bsize;
  } catch (error) {
    // It will be made within the one above it.
    if (codeOf(error) !== 'ENOENT' || place === path.dirname(place)) throw error;
    return freeBytes(path.dirname(place));
  }
}
