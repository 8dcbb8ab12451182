import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MigrationError } from '../../contract/errors.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { ReceiveHooks } from '../receive/receive-snapshot.js';
import { type KeptSnapshot, keeping, receiveFile } from './receive-file.js';
import type { SnapshotSettings } from './snapshot-file.js';

/** Where a worker keeps what it has received, if nobody says where. */
export const spoolDirIn = ({ spoolDir }: Pick<SnapshotSettings, 'spoolDir'>): string =>
  spoolDir ?? path.join(tmpdir(), `redis-migration-spool-${process.getuid?.() ?? 0}`);

/** Where snapshots are kept on this machine while they are applied: one a name, such as a migration's id. */
export class SnapshotSpool {
  readonly #dir: string;

  constructor({ spoolDir }: Pick<SnapshotSettings, 'spoolDir'>) {
    this.#dir = spoolDirIn({ spoolDir });
  }

  /**
   * Takes a snapshot of the source, in the place of an earlier one.
   * @throws MigrationError what `receiveSnapshot` throws, SnapshotFailed; the signal's reason
   */
  async receive(source: Endpoint, name: string, hooks: ReceiveHooks = {}): Promise<KeptSnapshot> {
    await keeping(this.#dir, () => makePrivate(this.#dir));
    const place = this.#place(name);
    const temporary = `${place.slice(0, -suffix.length)}.${randomBytes(6).toString('hex')}.part`;
    const received = await receiveFile(source, temporary, hooks);
    await keeping(place, () => rename(temporary, place));
    return { ...received, path: place };
  }

  /** The path of the whole snapshot that is here, null when there is none: on another machine, or after a clean-up. */
  async find(name: string): Promise<string | null> {
    const place = this.#place(name);
    const isThere = await stat(place).then(
      file => file.isFile(),
      () => false,
    );
    return isThere ? place : null;
  }

  /** Leaves nothing of it, nor of attempts that died. */
  async remove(name: string): Promise<void> {
    const prefix = path.basename(this.#place(name), suffix);
    const files = await readdir(this.#dir).catch(() => []);
    const ours = files.filter(file => file.startsWith(`${prefix}.`));
    await Promise.all(ours.map(file => rm(path.join(this.#dir, file), { force: true })));
  }

  /** A name may be anything that a workflow is called. */
  #place(name: string): string {
    return path.join(this.#dir, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}${suffix}`);
  }
}

const suffix = '.rdb';

/** Nobody else may read what is kept there, nor put a file of theirs in its place. */
export async function makePrivate(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(dir);
  if (uid === process.getuid?.() && (mode & 0o077) === 0) return;
  throw new MigrationError('SnapshotFailed', `The spool directory ${dir} is open to other users of the machine.`, {
    remedy: "Give the worker a directory of its own, mode 0700 (REDIS_MIGRATION_SPOOL_DIR), then send 'retry'.",
  });
}
