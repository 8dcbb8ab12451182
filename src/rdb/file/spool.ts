import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MigrationError } from '../../contract/errors.js';
import { codeOf, confinedPlace } from '../../server/confined-file.js';
import type { Endpoint } from '../../server/endpoint.js';
import { RdbError } from '../rdb-error.js';
import { type ReceiveHooks, receiveSnapshot } from '../receive/receive-snapshot.js';
import { FileSink } from './file-sink.js';
import type { SnapshotFacts } from './snapshot-check.js';
import { allowedDir, refusedFile, type SnapshotSettings } from './snapshot-file.js';

/** A snapshot in a file of ours. */
export interface SpooledSnapshot extends SnapshotFacts {
  path: string;
}

/**
 * Takes a snapshot of the source into a file of the spool directory, and compares its checksum. The caller removes it.
 * @param name what an attempt before this one has begun under it is taken away, so that nothing is left behind
 * @throws MigrationError what `receiveSnapshot` throws, SnapshotFailed; the signal's reason
 */
export async function spoolSnapshot(
  source: Endpoint,
  { spoolDir }: Pick<SnapshotSettings, 'spoolDir'>,
  hooks: ReceiveHooks = {},
  name = randomBytes(12).toString('hex'),
): Promise<SpooledSnapshot> {
  const dir = spoolDirOf({ spoolDir });
  await keeping(dir, () => makePrivate(dir));
  const place = spoolPath({ spoolDir }, name);
  for (const file of await readdir(dir))
    if (file.startsWith(`${name}.`) && file.endsWith('.part')) await rm(path.join(dir, file), { force: true });
  const temporary = `${place}.${randomBytes(6).toString('hex')}.part`;
  const received = await receiveTo(source, temporary, hooks);
  await keeping(place, () => rename(temporary, place));
  return { ...received, path: place };
}

/** Where the snapshot of that name is, once it is whole. @param name 24 hexadecimal digits */
export const spoolPath = (settings: Pick<SnapshotSettings, 'spoolDir'>, name: string): string =>
  path.join(spoolDirOf(settings), `${name}.rdb`);

/** Opens a snapshot that was spooled before; null where it isn't: on another machine, or gone. The caller closes it. */
export async function openSpooled(
  settings: Pick<SnapshotSettings, 'spoolDir'>,
  file: string,
): Promise<FileHandle | null> {
  if (!isSpooled(settings, file)) return null;
  return open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
}

/** Removes one that is no longer needed; nothing happens on another machine. */
export async function removeSpooled(settings: Pick<SnapshotSettings, 'spoolDir'>, file: string): Promise<void> {
  if (isSpooled(settings, file)) await rm(file, { force: true });
}

const isSpooled = (settings: Pick<SnapshotSettings, 'spoolDir'>, file: string): boolean =>
  path.dirname(file) === spoolDirOf(settings) && /^[0-9a-f]{24}\.rdb$/.test(path.basename(file));

const spoolDirOf = ({ spoolDir }: Pick<SnapshotSettings, 'spoolDir'>): string =>
  spoolDir ?? path.join(tmpdir(), `redis-migration-spool-${process.getuid?.() ?? 0}`);

/**
 * Takes a snapshot of the source into a file for people: whole, checked and on the disk before it has its name. A
 * regular file of that name is replaced, so that it can be done again.
 * @param file within the directory that the worker allows; its own directory must be there
 */
export async function writeSnapshot(
  source: Endpoint,
  settings: Pick<SnapshotSettings, 'dir'>,
  file: string,
  hooks: ReceiveHooks = {},
): Promise<SpooledSnapshot> {
  const place = await placeFor(settings, file);
  const temporary = `${place}.${randomBytes(6).toString('hex')}.part`;
  const received = await receiveTo(source, temporary, hooks, { sync: true });
  await keeping(place, () => rename(temporary, place));
  await keeping(place, () => syncDirectory(path.dirname(place)));
  return { ...received, path: place };
}

async function placeFor(settings: Pick<SnapshotSettings, 'dir'>, file: string): Promise<string> {
  const place = await confinedPlace(allowedDir(settings, file), file);
  if (typeof place !== 'string') throw refusedFile(file, place.refusal);
  const there = await lstat(place).catch(() => null);
  if (there && !there.isFile()) throw refusedFile(file, 'is there already, and is not a regular file');
  return place;
}

async function receiveTo(
  source: Endpoint,
  file: string,
  hooks: ReceiveHooks,
  { sync = false } = {},
): Promise<SpooledSnapshot> {
  const handle = await keeping(file, () => open(file, 'wx', 0o600));
  try {
    return await keeping(file, async () => {
      const sink = new FileSink(handle);
      await receiveSnapshot(source, sink, hooks);
      const facts = await sink.finish();
      if (sync) await handle.sync();
      return { ...facts, path: file };
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Nobody else may read what is kept there, nor put a file of theirs in its place. */
async function makePrivate(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(dir);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0)
    throw new MigrationError(
      'SnapshotFailed',
      `The spool directory ${dir} is open to other users of the worker's machine.`,
      {
        remedy: "Give the worker a directory of its own, mode 0700 (REDIS_MIGRATION_SPOOL_DIR), then send 'retry'.",
      },
    );
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

/** Says of what the file system refuses which file it was. */
async function keeping<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RdbError)
      throw new MigrationError('SnapshotFailed', `The snapshot that the source sent can't be used: ${error.message}.`);
    if (!(error instanceof Error && 'syscall' in error) || error instanceof MigrationError) throw error;
    throw new MigrationError('SnapshotFailed', `The snapshot can't be kept at ${file}: ${codeOf(error)}.`, {
      remedy: "Make room there and let the worker write, or set REDIS_MIGRATION_SPOOL_DIR; then send 'retry'.",
      cause: error,
    });
  }
}
