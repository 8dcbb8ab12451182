import { open, rm } from 'node:fs/promises';
import { MigrationError } from '../../contract/errors.js';
import { codeOf } from '../../server/confined-file.js';
import type { Endpoint } from '../../server/endpoint.js';
import { RdbError } from '../rdb-error.js';
import { type ReceiveHooks, receiveSnapshot } from '../receive/receive-snapshot.js';
import { FileSink } from './file-sink.js';
import type { SnapshotFacts } from './snapshot-check.js';

/** A snapshot in a file of ours. */
export interface KeptSnapshot extends SnapshotFacts {
  path: string;
}

/**
 * Takes a snapshot of the source into a new file, on the disk and checked, which nobody else may read. Nothing is left of
 * one that fails.
 * @throws MigrationError what `receiveSnapshot` throws, SnapshotFailed; the signal's reason
 */
export async function receiveFile(source: Endpoint, file: string, hooks: ReceiveHooks): Promise<KeptSnapshot> {
  const handle = await keeping(file, () => open(file, 'wx', 0o600));
  try {
    return await keeping(file, async () => {
      const sink = new FileSink(handle);
      await receiveSnapshot(source, sink, hooks);
      const facts = await sink.finish();
      await handle.sync();
      return { ...facts, path: file };
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Says of what the file system refuses which file it was. */
export async function keeping<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RdbError)
      throw new MigrationError('SnapshotFailed', `The snapshot that the source sent can't be used: ${error.message}.`);
    if (error instanceof MigrationError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw new MigrationError('SnapshotFailed', `The snapshot can't be kept at ${file}: ${codeOf(error)}.`, {
      remedy:
        "Make room there and let the worker write, or choose another place by REDIS_MIGRATION_SPOOL_DIR (a file of your own: by REDIS_MIGRATION_RDB_DIR); then send 'retry'.",
      cause: error,
    });
  }
}
