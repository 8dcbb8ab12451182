import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makePrivate } from '../../rdb/file/spool.js';
import type { SnapshotPlace } from '../../rdb/receive/handshake.js';
import { Guards } from './guards.js';
import { isCurrent, readMeta, removeMeta, type SpoolMeta } from './meta.js';
import { Owner } from './owner.js';
import { type SpoolFull, type SpoolSettings, withDefaults } from './settings.js';
import { SpoolGone, spooling } from './spool-error.js';
import type { SpoolReader } from './spool-reader.js';
import { type RunContext, SpoolRun } from './spool-run.js';
import type { SpooledSnapshot } from './spooled-snapshot.js';

/** Where the spool of a migration is: within the worker's directory for spools. */
export const spoolPlace = (dir: string, migration: string): string =>
  path.join(dir, `live-${createHash('sha256').update(migration).digest('hex').slice(0, 32)}`);

/** And that of its way back: a directory of its own, since a spool removes what it doesn't know. */
export const backSpoolPlace = (dir: string, migration: string): string => `${spoolPlace(dir, migration)}-back`;

/**
 * A source's stream of writes on this machine's disk, and the snapshot that it goes on from: a directory of one migration.
 * The receiver appends at the source's pace, appliers read at their own, and neither waits for the disk.
 *
 *     const spool = await StreamSpool.open(spoolPlace(dir, workflowId), { maxBytes });   // finds what a dead worker left
 *     void receiveStream(source, spool.position, spool, hooks);                          // fills it
 *     await applySnapshotOf(spool.snapshot);                                             // readable while it comes
 *     const reader = spool.reader(checkpoint.offset);
 *     for (let chunk = await reader.next(signal); chunk; chunk = await reader.next(signal)) apply(chunk);
 *     await spool.trim(offsetThatIsNeverAskedForAgain);
 *     await spool.close();                                                               // or remove(): nothing is left
 *
 * Offsets are those of the last byte, as everywhere: `reader(o)` gives what comes after o; from `start` to `end` it may be asked.
 * Errors: MigrationError SpoolFailed (disk), Superseded (another worker has opened it); SpoolGone (it was emptied or closed).
 */
export class StreamSpool {
  #run: SpoolRun | null = null;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(private readonly context: RunContext) {}

  /** Opens the directory, or makes it; cuts off what was being written when its last user died. From then on that one can't write. */
  static async open(dir: string, settings: Partial<SpoolSettings> = {}): Promise<StreamSpool> {
    const all = withDefaults(settings);
    const spool = new StreamSpool({ dir, settings: all, owner: new Owner(dir), guards: new Guards(all.key) });
    await spooling(dir, () => spool.#recover());
    return spool;
  }

  get dir(): string {
    return this.context.dir;
  }

  /** Where the source may be asked to go on from; null: nothing is here that could go on, a snapshot is needed. */
  get position(): SnapshotPlace | null {
    const run = this.#run;
    return run?.isUsable ? { replicationId: run.replicationId, offset: run.log.end } : null;
  }

  /** Null: nothing was begun. */
  get replicationId(): string | null {
    return this.#run?.replicationId ?? null;
  }

  /** The first offset that can be read from. */
  get start(): number {
    return this.#run?.log.start ?? 0;
  }

  /** Offset of the last byte that was received. */
  get end(): number {
    return this.#run?.log.end ?? 0;
  }

  /** Offset of the last byte that survives a crash of the machine; 0 as long as the snapshot doesn't. */
  get durable(): number {
    return this.#run?.isUsable ? this.#run.log.durable : 0;
  }

  /** What the stream takes on the disk. */
  get bytes(): number {
    return this.#run?.log.segments.bytes ?? 0;
  }

  /** Whether, why and since when the source waits for room. */
  get full(): SpoolFull | null {
    return this.#run?.room.full ?? null;
  }

  /** What the stream goes on from, whole or still coming; null: there is none, or none any more. */
  get snapshot(): SpooledSnapshot | null {
    return this.#run?.snapshot ?? null;
  }

  /** Whether a place in the source's history, such as a checkpoint's, can be gone on from with what is here. */
  holds(place: SnapshotPlace): boolean {
    return this.#run?.holds(place) ?? false;
  }

  /**
   * Throws everything away, and begins behind a place: of a snapshot that is awaited, or one that the target is at already.
   * @throws MigrationError; the signal's reason, while it waits for room
   */
  async begin(place: SnapshotPlace, snapshot: 'awaited' | 'none' = 'none', signal?: AbortSignal): Promise<void> {
    await this.#change(async () => {
      await this.context.owner.check();
      await this.#end('discard', 'the spool was begun anew');
      // First of all: on a full disk there is no room for anything before.
      await removeMeta(this.dir);
      await this.#clean(null);
      this.#run = await SpoolRun.begin(this.context, place, snapshot, signal);
    });
  }

  /** The awaited snapshot has come: checks it and keeps it. @throws MigrationError SnapshotFailed, SpoolFailed */
  finishSnapshot(): Promise<SpooledSnapshot> {
    return spooling(this.dir, () => this.#begun().finishSnapshot());
  }

  /** It is on the target: its file goes. */
  dropSnapshot(): Promise<void> {
    return spooling(this.dir, () => this.#begun().dropSnapshot());
  }

  /** The source goes on under another id: after a failover. @throws the signal's reason, while it waits for room */
  renameId(replicationId: string, signal?: AbortSignal): Promise<void> {
    return spooling(this.dir, () => this.#begun().renameId(replicationId, signal));
  }

  /** Takes a copy of what comes next. What it returns holds the source back until it resolves. @throws MigrationError */
  append(bytes: Buffer, arrivedAt: number): Promise<void> | undefined {
    return this.#begun().log.append(bytes, arrivedAt);
  }

  /** Reads what comes after an offset. @throws SpoolGone when it isn't here */
  reader(from: number): SpoolReader {
    return this.#begun().log.reader(from);
  }

  /** What was appended until now is on the disk when it resolves; under policy `never`, in the file. */
  async sync(): Promise<void> {
    await this.#run?.log.sync();
  }

  /** Nobody will ever read up to this offset again: what can go, file by file, goes. */
  async trim(offset: number): Promise<void> {
    await spooling(this.dir, async () => this.#run?.log.trim(offset));
  }

  /** Writes what there is. Readers get SpoolGone. */
  async close(): Promise<void> {
    await this.#change(() => this.#end('keep', 'the spool was closed'));
  }

  /** Leaves nothing; of what another worker has opened, all. @throws MigrationError SpoolFailed when something is left, Superseded */
  async remove(): Promise<void> {
    await this.#change(async () => {
      await this.#end('discard', 'the spool was removed');
      if (existsSync(this.dir)) await this.context.owner.check();
      await rm(this.dir, { recursive: true, force: true });
    });
  }

  async #recover(): Promise<void> {
    await makePrivate(this.dir);
    await this.context.owner.claim();
    const meta = await readMeta(this.dir);
    await this.#clean(meta);
    if (meta) this.#run = await SpoolRun.recover(this.context, meta);
  }

  async #end(rest: 'keep' | 'discard', why: string): Promise<void> {
    const run = this.#run;
    this.#run = null;
    await run?.end(rest, why);
  }

  /** Removes what belongs to no run. */
  async #clean(meta: SpoolMeta | null): Promise<void> {
    const isOurs = (name: string) => name === this.context.owner.name || (meta !== null && isCurrent(meta, name));
    const others = (await readdir(this.dir)).filter(name => !isOurs(name));
    for (const name of others) await rm(path.join(this.dir, name), { recursive: true, force: true });
  }

  /** One change at a time. */
  #change(work: () => Promise<void>): Promise<void> {
    const changed = this.#changing.then(() => spooling(this.dir, work));
    this.#changing = changed.catch(() => {});
    return changed;
  }

  #begun(): SpoolRun {
    if (!this.#run) throw new SpoolGone('nothing was begun in the spool');
    return this.#run;
  }
}
