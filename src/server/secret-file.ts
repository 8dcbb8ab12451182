import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';

/** Why there is no text; never quotes the file. */
type Found = { text: string } | { refusal: string };

const mostBytes = 64 * 1024;

/** The text of a regular file within the directory, links followed, without its last line break. At most 64 KiB. */
export const readSecretFile = async (dir: string, file: string): Promise<Found> => {
  const outside = { refusal: `is not allowed here; it must be a file within ${dir} (REDIS_MIGRATION_SECRET_DIR)` };
  const wanted = path.resolve(dir, file);
  if (!isPlain(file) || !isWithin(path.resolve(dir), wanted)) return outside;
  try {
    const [root, real] = await Promise.all([realpath(dir), realpath(wanted)]);
    return isWithin(root, real) ? await readRegularFile(real) : outside;
  } catch (error) {
    return { refusal: `can't be read (${codeOf(error)})` };
  }
};

/** No way out of the directory, and no way of writing a path that a reader could misread. */
const isPlain = (file: string): boolean =>
  !file.includes('\0') && !file.includes('//') && !file.split('/').includes('..');

const isWithin = (dir: string, file: string): boolean => file.startsWith(dir.endsWith('/') ? dir : `${dir}/`);

/** Opened once and judged by what was opened: a link put in its place meanwhile is not followed, a pipe not waited for. */
const readRegularFile = async (real: string): Promise<Found> => {
  const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) return { refusal: 'is not a regular file' };
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
    if (bytesRead > mostBytes) return { refusal: 'is larger than 64 KiB' };
    const bytes = buffer.subarray(0, bytesRead);
    if (!isUtf8(bytes)) return { refusal: 'is not text in UTF-8' };
    return { text: bytes.toString('utf8').replace(/\r?\n$/, '') };
  } finally {
    await handle.close();
  }
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
