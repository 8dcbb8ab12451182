import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import path from 'node:path';

/** The only directory whose files an input may name, and the worker's setting that says so. */
export interface Confinement {
  dir: string;
  setting: string;
}

/** Why there is no file, as the end of a sentence; never quotes the file. */
export interface Refusal {
  refusal: string;
}

/**
 * Opens a regular file within the directory for reading, links followed as long as they stay within it. Opened once and
 * judged by what was opened: a link put in its place meanwhile is not followed, a pipe not waited for.
 */
export async function openConfined(allowed: Confinement, file: string): Promise<FileHandle | Refusal> {
  const real = await confined(allowed, file);
  if (typeof real !== 'string') return real;
  try {
    const handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return { refusal: 'is not a regular file' };
  } catch (error) {
    return unreadable(error);
  }
}

/** The real path of what stands there within the directory. */
const confined = (allowed: Confinement, file: string): Promise<string | Refusal> =>
  locate(allowed, file, async (wanted, root) => {
    const real = await realpath(wanted);
    return isWithin(root, real) ? real : undefined;
  });

/** Where a file within the directory would stand. Its own directory must be there. */
export const confinedPlace = (allowed: Confinement, file: string): Promise<string | Refusal> =>
  locate(allowed, file, async (wanted, root) => {
    const parent = await realpath(path.dirname(wanted));
    return parent === root || isWithin(root, parent) ? path.join(parent, path.basename(wanted)) : undefined;
  });

/** @param find undefined: it leads out of the directory */
async function locate(
  { dir, setting }: Confinement,
  file: string,
  find: (wanted: string, root: string) => Promise<string | undefined>,
): Promise<string | Refusal> {
  const outside = { refusal: `is not allowed here; it must be a file within ${dir} (${setting})` };
  const wanted = path.resolve(dir, file);
  if (!isPlain(file) || !isWithin(path.resolve(dir), wanted)) return outside;
  try {
    return (await find(wanted, await realpath(dir))) ?? outside;
  } catch (error) {
    return unreadable(error);
  }
}

/** No way out of the directory, and no way of writing a path that a reader could misread. */
const isPlain = (file: string): boolean =>
  !file.includes('\0') && !file.includes('//') && !file.split('/').includes('..');

const isWithin = (dir: string, file: string): boolean => file.startsWith(dir.endsWith('/') ? dir : `${dir}/`);

const unreadable = (error: unknown): Refusal => ({ refusal: `can't be read (${codeOf(error)})` });

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
