import type { FileHandle } from 'node:fs/promises';
import { MigrationError } from '../../contract/errors.js';
import { openConfined } from '../../server/confined-file.js';
import { RdbError } from '../rdb-error.js';
import { SnapshotCheck, type SnapshotFacts } from './snapshot-check.js';

const chunkBytes = 1 << 20;

/** Where snapshots may be, on the worker's machine. */
export interface SnapshotSettings {
  /** The directory of files that a migration may name (`rdb.file`), and to which snapshots may be written; null: none. */
  dir: string | null;
  /** Where snapshots are kept while they are applied. */
  spoolDir: string | null;
}

/** From `REDIS_MIGRATION_RDB_DIR` and `REDIS_MIGRATION_SPOOL_DIR`. */
export const snapshotSettings = (env: Readonly<Record<string, string | undefined>>): SnapshotSettings => ({
  dir: env.REDIS_MIGRATION_RDB_DIR || null,
  spoolDir: env.REDIS_MIGRATION_SPOOL_DIR || null,
});

/** Where `rdb.file` may be. @throws MigrationError SnapshotFailed when the worker allows none */
export function allowedDir({ dir }: Pick<SnapshotSettings, 'dir'>, file: string) {
  if (dir === null)
    throw refusedFile(file, 'is not allowed here; REDIS_MIGRATION_RDB_DIR allows no directory', {
      remedy: "Set REDIS_MIGRATION_RDB_DIR to a directory for snapshots, start the worker again, then send 'retry'.",
    });
  return { dir, setting: 'REDIS_MIGRATION_RDB_DIR' };
}

/**
 * Opens a snapshot that a migration names. The caller closes it.
 * @throws MigrationError SnapshotFailed, which says nothing of what the file holds
 */
export async function openSnapshotFile(settings: Pick<SnapshotSettings, 'dir'>, file: string): Promise<FileHandle> {
  const opened = await openConfined(allowedDir(settings, file), file);
  if ('refusal' in opened) throw refusedFile(file, opened.refusal);
  return opened;
}

/** Reads all of it and compares its checksum. @throws MigrationError SnapshotFailed; the signal's reason */
export async function checkSnapshot(file: FileHandle, name: string, signal?: AbortSignal): Promise<SnapshotFacts> {
  const check = new SnapshotCheck();
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  try {
    for (let at = 0; ; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, at);
      if (bytesRead === 0) return check.finish();
      check.update(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } catch (error) {
    throw error instanceof RdbError ? refusedFile(name, `can't be used: ${error.message}`) : error;
  }
}

export const refusedFile = (file: string, why: string, options: { remedy?: string } = {}): MigrationError =>
  new MigrationError('SnapshotFailed', `The snapshot ${shown(file)} ${why}.`, options);

const shown = (file: string): string => JSON.stringify(file.slice(0, 200)).slice(1, -1);
