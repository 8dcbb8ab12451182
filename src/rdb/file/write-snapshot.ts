import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { confinedPlace } from '../../server/confined-file.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { ReceiveHooks } from '../receive/receive-snapshot.js';
import { type KeptSnapshot, keeping, receiveFile } from './receive-file.js';
import { allowedDir, refusedFile, type SnapshotSettings } from './snapshot-file.js';

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
): Promise<KeptSnapshot> {
  const place = await placeFor(settings, file);
  const temporary = `${place}.${randomBytes(6).toString('hex')}.part`;
  const received = await receiveFile(source, temporary, hooks);
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

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}
