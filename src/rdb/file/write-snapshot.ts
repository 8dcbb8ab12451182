import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { confinedPlace } from '../../server/confined-file.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { ReceiveHooks } from '../receive/receive-snapshot.js';
import { type KeptSnapshot, keeping, receiveFile } from './receive-file.js';
import { allowedDir, refusedFile, type SnapshotSettings } from './snapshot-file.js';

/** A snapshot in a file for people. */
export interface WrittenSnapshot extends KeptSnapshot {
  /** Its path from the directory that the worker allows. */
  file: string;
}

export interface WriteHooks extends ReceiveHooks {
  /** Who takes it: what its attempts that died have left beside the file is removed. @default nobody else */
  owner?: string;
}

/**
 * Takes a snapshot of the source into a file for people: whole, checked and on the disk before it has its name. A
 * regular file of that name is replaced, so that it can be done again.
 * @param file within the directory that the worker allows; its own directory must be there
 */
export async function writeSnapshot(
  source: Endpoint,
  settings: Pick<SnapshotSettings, 'dir'>,
  file: string,
  { owner = randomUUID(), ...hooks }: WriteHooks = {},
): Promise<WrittenSnapshot> {
  const { place, root } = await placeFor(settings, file);
  const prefix = `${place}.${createHash('sha256').update(owner).digest('hex').slice(0, 12)}`;
  await keeping(place, () => removeParts(prefix));
  // Never the name of an attempt that may still write: it would give its own file the snapshot's name.
  const temporary = `${prefix}.${randomBytes(6).toString('hex')}${suffix}`;
  const received = await receiveFile(source, temporary, hooks);
  await keeping(place, () => rename(temporary, place));
  await keeping(place, () => syncDirectory(path.dirname(place)));
  return { ...received, path: place, file: path.relative(root, place) };
}

const suffix = '.part';

async function removeParts(prefix: string): Promise<void> {
  const dir = path.dirname(prefix);
  const isPart = (name: string) => name.startsWith(`${path.basename(prefix)}.`) && name.endsWith(suffix);
  const parts = (await readdir(dir)).filter(isPart);
  await Promise.all(parts.map(name => rm(path.join(dir, name), { force: true })));
}

async function placeFor(settings: Pick<SnapshotSettings, 'dir'>, file: string) {
  const allowed = allowedDir(settings, file);
  const place = await confinedPlace(allowed, file);
  if (typeof place !== 'string') throw refusedFile(file, place.refusal);
  const there = await lstat(place).catch(() => null);
  if (there && !there.isFile()) throw refusedFile(file, 'is there already, and is not a regular file');
  return { place, root: await realpath(allowed.dir) };
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}
