import { MigrationError } from '../../contract/errors.js';
import { RdbError } from '../../rdb/rdb-error.js';
import { codeOf } from '../../server/confined-file.js';

/** The spool was emptied, closed or removed while somebody read from it. */
export class SpoolGone extends Error {
  override readonly name = 'SpoolGone';
}

/** Says of what the file system refuses which file it was. @throws MigrationError SpoolFailed, Superseded */
export async function spooling<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw spoolError(file, error);
  }
}

/** What the file system refused, as an error for users; anything else as it is. */
export function spoolError(file: string, error: unknown): unknown {
  if (error instanceof RdbError)
    return new MigrationError('SnapshotFailed', `The snapshot that the source sent can't be used: ${error.message}.`);
  if (error instanceof MigrationError || !(error instanceof Error && 'syscall' in error)) return error;
  const code = codeOf(error);
  // What was there a moment ago: who opens a spool removes what its last user was about to write.
  if (code === 'ENOENT')
    return new MigrationError('Superseded', `Another worker has opened the spool at ${file}, or it was removed.`);
  return new MigrationError('SpoolFailed', `The spool can't be kept at ${file}: ${code}.`, { cause: error });
}

/** Bytes in a file of the spool that are not those that were written. */
export const damaged = (file: string, offset: number): MigrationError =>
  new MigrationError('SpoolFailed', `The spool ${file} is damaged at replication offset ${offset}.`, {
    remedy: "Check the disk. 'retry' begins anew with a fresh snapshot.",
  });

/** A spool that was written under another key than the worker has now, or without one. */
export const otherKey = (dir: string): MigrationError =>
  new MigrationError('SpoolFailed', `The spool ${dir} was kept under another key than this worker's, or without one.`, {
    remedy: "Give the worker the key that it had; or remove that directory. Then send 'retry'.",
  });
