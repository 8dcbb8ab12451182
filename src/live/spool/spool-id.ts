import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../server/confined-file.js';
import { writeDurably } from './meta.js';
import { spooling } from './spool-error.js';

const fileName = 'spool-id';
const asDrawn = /^[0-9a-f]{24}$/;

/**
 * The name of a worker's directory for spools: drawn when the directory is first used, and kept in it, so that it is the same
 * for every process that has these spools, whatever the host is called and wherever the directory is mounted.
 * @throws MigrationError SpoolFailed
 */
export const spoolIdIn = (dir: string): Promise<string> =>
  spooling(dir, async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return (await find(dir)) ?? (await draw(dir));
  });

async function find(dir: string): Promise<string | null> {
  const found = await readFile(path.join(dir, fileName), 'utf8').catch(error => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  return found !== null && asDrawn.test(found) ? found : null;
}

/** Whole before it has its name; of several processes that draw one at a time the first wins. */
async function draw(dir: string): Promise<string> {
  const file = path.join(dir, fileName);
  const id = randomBytes(12).toString('hex');
  const temporary = `${file}.${id}.part`;
  await writeDurably(temporary, id);
  try {
    await link(temporary, file);
    return id;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const first = await find(dir);
    if (first !== null) return first;
    await rename(temporary, file); // What was there can't be read as one.
    return id;
  } finally {
    await rm(temporary, { force: true });
  }
}
