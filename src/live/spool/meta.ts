import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { SnapshotFacts } from '../../rdb/file/snapshot-check.js';
import { codeOf } from '../../server/confined-file.js';
import { isNoRoom } from './room.js';

/** What a spool knows of itself, in its file `meta.json`. */
export interface SpoolMeta {
  format: 1;
  /** Names what was begun at once: its files begin with it. */
  run: string;
  /** What the source calls its stream. */
  replicationId: string;
  /** What it called it before a failover, and up to which offset. */
  former: { replicationId: string; until: number }[];
  /** Offset at which the run began. */
  start: number;
  /** The snapshot that the stream goes on from. `none`: there is no need of one any more, or never was. */
  snapshot: 'none' | 'awaited' | SnapshotFacts;
  /** Tells whether it was encrypted by this key; null: it isn't. */
  keyCheck: string | null;
}

const fileName = 'meta.json';

/** Null when there is none that can be understood. */
export async function readMeta(dir: string): Promise<SpoolMeta | null> {
  try {
    const meta: SpoolMeta = JSON.parse(await readFile(path.join(dir, fileName), 'utf8'));
    return meta.format === 1 ? meta : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return null;
    throw error;
  }
}

/**
 * Once it resolves, it is on the disk; until then, what was before. On a full disk too, by room that was kept for it: else
 * it would wait for what may wait for it, the removal of a snapshot that is on the target.
 */
export async function writeMeta(dir: string, meta: SpoolMeta): Promise<void> {
  const reserve = path.join(dir, `${meta.run}.reserve`);
  try {
    await replaceMeta(dir, meta);
  } catch (error) {
    if (!isNoRoom(error)) throw error;
    await rm(reserve, { force: true });
    await replaceMeta(dir, meta);
  }
  await keepRoom(reserve);
}

/** More than a description takes, and whole pages. */
const reserveBytes = 8192;

/** Where there is none the next description has to do without. */
async function keepRoom(reserve: string): Promise<void> {
  try {
    await writeDurably(reserve, '0'.repeat(reserveBytes));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') await rm(reserve, { force: true });
  }
}

async function replaceMeta(dir: string, meta: SpoolMeta): Promise<void> {
  const temporary = path.join(dir, `${fileName}.${randomBytes(6).toString('hex')}.part`);
  try {
    await writeDurably(temporary, JSON.stringify(meta));
    await rename(temporary, path.join(dir, fileName));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dir);
}

/** A new file, on the disk when it resolves. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** From then on, nothing of what is there counts. */
export const removeMeta = (dir: string): Promise<void> => rm(path.join(dir, fileName), { force: true });

export async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

/** Whether a file in the spool's directory belongs to its run. */
export const isCurrent = (meta: SpoolMeta, name: string): boolean =>
  name === fileName || (name.startsWith(`${meta.run}.`) && !name.endsWith('.part'));
