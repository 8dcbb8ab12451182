import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileSink } from '../../rdb/file/file-sink.js';
import type { SnapshotFacts } from '../../rdb/file/snapshot-check.js';
import type { SnapshotSink } from '../../rdb/receive/receive-snapshot.js';
import type { Cover } from './guards.js';
import { syncDirectory } from './meta.js';
import type { Room } from './room.js';
import { SpoolGone, spooling } from './spool-error.js';

type SnapshotArgs = readonly [dir: string, name: string, room: Room, cover: Cover | undefined];

/** The snapshot that a spool's stream goes on from. Can be read while it is still being received. */
export class SpooledSnapshot implements SnapshotSink {
  /** Bytes that are in the file. */
  written = 0;
  /** How many there will be, where the source has said so. */
  announced: number | null = null;
  /** Null until all of it is there, checked and on the disk. */
  facts: SnapshotFacts | null = null;
  #path: string;
  #handle: FileHandle | undefined;
  #sink: FileSink | undefined;
  #ended: unknown;
  #waiting: (() => void)[] = [];

  /** @param name is of this snapshot and no other */
  private constructor(
    private readonly dir: string,
    readonly name: string,
    private readonly room: Room,
    private readonly cover: Cover | undefined,
  ) {
    this.#path = path.join(dir, `${name}.rdb`);
  }

  /** One that was received whole; null when its file is gone. */
  static async find(facts: SnapshotFacts, ...of: SnapshotArgs): Promise<SpooledSnapshot | null> {
    const snapshot = new SpooledSnapshot(...of);
    const handle = await open(snapshot.#path, 'r').catch(() => null);
    if (!handle) return null;
    snapshot.#handle = handle;
    snapshot.facts = facts;
    snapshot.written = facts.bytes;
    return snapshot;
  }

  /** A new file, for `write` and `finish`. @throws MigrationError SpoolFailed */
  static async create(...of: SnapshotArgs): Promise<SpooledSnapshot> {
    const snapshot = new SpooledSnapshot(...of);
    snapshot.#path += '.part';
    const handle = await spooling(snapshot.#path, () => open(snapshot.#path, 'wx+', 0o600));
    snapshot.#handle = handle;
    snapshot.#sink = new FileSink({ write: (bytes, from, size) => snapshot.#put(handle, bytes, from, size) });
    return snapshot;
  }

  /** How many bytes it has; null: that isn't known yet. */
  get size(): number | null {
    return this.facts?.bytes ?? this.announced;
  }

  /** Where it is. */
  get path(): string {
    return this.#path;
  }

  write(part: Buffer): Promise<void> | undefined {
    return (this.#sink as FileSink).write(part);
  }

  /** All was written: checks it, and gives it its name. @throws MigrationError SnapshotFailed, SpoolFailed */
  async finish(): Promise<SnapshotFacts> {
    return spooling(this.#path, async () => {
      const facts = await (this.#sink as FileSink).finish();
      await this.room.onDisk(() => (this.#handle as FileHandle).sync());
      const place = path.join(this.dir, `${this.name}.rdb`);
      await rename(this.#path, place);
      await syncDirectory(this.dir);
      this.#path = place;
      return facts;
    });
  }

  /** For the spool: it is whole, and the spool knows. */
  isWhole(facts: SnapshotFacts): void {
    this.facts = facts;
    this.#wake();
  }

  /**
   * Like a FileHandle's: reads what there is, but waits where nothing is yet.
   * @returns 0 bytes at the end of a whole snapshot. @throws what `end` was given, when it will never be whole
   */
  async read(into: Buffer, at: number, length: number, position: number): Promise<{ bytesRead: number }> {
    while (position >= this.written && !this.facts) {
      if (this.#ended) throw this.#ended;
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    if (!this.#handle) throw this.#ended;
    const most = Math.max(0, Math.min(length, this.written - position));
    const { bytesRead } = await this.#handle.read(into, at, most, position);
    const read = into.subarray(at, at + bytesRead);
    if (this.cover) read.set(this.cover.apply(read, position));
    return { bytesRead };
  }

  /** Resolves when all of it is there. @throws what `end` was given */
  async whole(): Promise<SnapshotFacts> {
    while (!this.facts) {
      if (this.#ended) throw this.#ended;
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    return this.facts;
  }

  /** It will not be read or written any more, and why. */
  async end(why: unknown): Promise<void> {
    this.#ended ??= why;
    this.#wake();
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async remove(): Promise<void> {
    await this.end(new SpoolGone('the snapshot was removed'));
    await rm(this.#path, { force: true });
  }

  async #put(handle: FileHandle, bytes: Buffer, from: number, size: number): Promise<{ bytesWritten: number }> {
    const plain = bytes.subarray(from, from + size);
    const kept = this.cover?.apply(plain, this.written) ?? plain;
    const done = await this.room.onDisk(() => handle.write(kept, 0, size, this.written));
    this.written += done.bytesWritten;
    this.#wake();
    return done;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
