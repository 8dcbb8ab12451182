import { randomBytes } from 'node:crypto';
import type { SnapshotPlace } from '../../rdb/receive/handshake.js';
import type { Guards } from './guards.js';
import { type SpoolMeta, writeMeta } from './meta.js';
import type { Owner } from './owner.js';
import { recover } from './recover.js';
import { Room } from './room.js';
import { Segments } from './segments.js';
import type { SpoolSettings } from './settings.js';
import { otherKey, SpoolGone } from './spool-error.js';
import { SpooledSnapshot } from './spooled-snapshot.js';
import { StreamLog } from './stream-log.js';

/** What every run of a spool has in common. */
export interface RunContext {
  dir: string;
  settings: SpoolSettings;
  owner: Owner;
  guards: Guards;
}

const mostFormer = 16;

/** Everything that belongs to one beginning: the stream since then, and the snapshot that it goes on from. */
export class SpoolRun {
  snapshot: SpooledSnapshot | null = null;
  #ended: string | undefined;
  #updating: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly context: RunContext,
    private meta: SpoolMeta,
    readonly room: Room,
    readonly log: StreamLog,
  ) {}

  /** In an empty directory. */
  static async begin(
    context: RunContext,
    place: SnapshotPlace,
    snapshot: 'awaited' | 'none',
    signal?: AbortSignal,
  ): Promise<SpoolRun> {
    const name = randomBytes(8).toString('hex');
    const { replicationId, offset: start } = place;
    const keyCheck = context.guards.checkOf(name);
    const meta: SpoolMeta = { format: 1, run: name, replicationId, former: [], start, snapshot, keyCheck };
    const run = SpoolRun.#of(context, meta, start, segmentsOf(context, meta));
    await run.room.onDisk(() => writeMeta(context.dir, meta), signal);
    if (snapshot === 'awaited') run.snapshot = await SpooledSnapshot.create(...run.#snapshotArgs());
    return run;
  }

  /** What a worker before has left; null when it is of no use: without its snapshot. @throws MigrationError SpoolFailed */
  static async recover(context: RunContext, meta: SpoolMeta): Promise<SpoolRun | null> {
    const { run: name, snapshot, start } = meta;
    if (meta.keyCheck !== context.guards.checkOf(name)) throw otherKey(context.dir);
    if (snapshot === 'awaited') return null;
    const segments = segmentsOf(context, meta);
    const run = SpoolRun.#of(context, meta, (await recover(segments, context.settings.endsWell)) ?? start, segments);
    if (snapshot === 'none') return run;
    run.snapshot = await SpooledSnapshot.find(snapshot, ...run.#snapshotArgs());
    return run.snapshot && run;
  }

  static #of(context: RunContext, meta: SpoolMeta, end: number, segments: Segments): SpoolRun {
    const { settings, guards, owner } = context;
    const room = new Room(settings);
    const log = new StreamLog(segments, guards, end, room, settings, () => owner.check());
    return new SpoolRun(context, meta, room, log);
  }

  get replicationId(): string {
    return this.meta.replicationId;
  }

  /** Whether the stream can be gone on with: not as long as its snapshot isn't whole. */
  get isUsable(): boolean {
    return !this.snapshot || this.snapshot.facts !== null;
  }

  holds({ replicationId, offset }: SnapshotPlace): boolean {
    if (offset < this.log.start || offset > this.log.end) return false;
    const ids = [...this.meta.former, { replicationId: this.replicationId, until: this.log.end }];
    return ids.some(id => id.replicationId === replicationId && offset <= id.until);
  }

  async finishSnapshot(): Promise<SpooledSnapshot> {
    const { snapshot } = this;
    if (!snapshot) throw new Error('no snapshot is awaited');
    await this.context.owner.check();
    const facts = await snapshot.finish();
    await this.#update({ snapshot: facts });
    snapshot.isWhole(facts);
    return snapshot;
  }

  async dropSnapshot(): Promise<void> {
    const { snapshot } = this;
    if (!snapshot) return;
    await this.#update({ snapshot: 'none' });
    this.snapshot = null;
    await snapshot.remove();
  }

  async renameId(replicationId: string, signal?: AbortSignal): Promise<void> {
    if (replicationId === this.replicationId) return;
    const former = [...this.meta.former, { replicationId: this.replicationId, until: this.log.end }];
    await this.#update({ replicationId, former: former.slice(-mostFormer) }, signal);
  }

  async end(rest: 'keep' | 'discard', why: string): Promise<void> {
    this.#ended = why;
    await this.log.close(rest, why);
    // It would bring back the description of what is thrown away.
    await this.#updating;
    await this.snapshot?.end(new SpoolGone(why));
  }

  /** One after another, each on top of those before. */
  #update(changes: Partial<SpoolMeta>, signal?: AbortSignal): Promise<void> {
    const updated = this.#updating.then(async () => {
      if (this.#ended !== undefined) throw new SpoolGone(this.#ended);
      await this.context.owner.check();
      const meta = { ...this.meta, ...changes };
      await this.room.onDisk(() => writeMeta(this.context.dir, meta), signal);
      this.meta = meta;
    });
    this.#updating = updated.catch(() => {});
    return updated;
  }

  #snapshotArgs() {
    const { dir, guards } = this.context;
    return [dir, this.meta.run, this.room, guards.coverOf(this.meta.run)] as const;
  }
}

const segmentsOf = ({ dir, guards }: RunContext, { run }: SpoolMeta): Segments => new Segments(dir, run, guards);
