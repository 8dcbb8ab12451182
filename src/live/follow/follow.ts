import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../contract/errors.js';
import { Patience } from '../../copy/patience.js';
import type { Writer } from '../../copy/writers.js';
import type { RespConnection } from '../../resp/connection.js';
import { beginSnapshot, ResyncNeeded, readCheckpoint, SourceElsewhere, writeCheckpoint } from '../apply/index.js';
import type { Checkpoint } from '../checkpoint.js';
import { expiryShiftMs } from '../expiry-shift.js';
import { withDefaults } from '../spool/settings.js';
import { SpoolGone } from '../spool/spool-error.js';
import type { SpooledSnapshot } from '../spool/spooled-snapshot.js';
import { StreamSpool, spoolPlace } from '../spool/stream-spool.js';
import { absoluteSince, askSource } from './ask-source.js';
import { admit, openForFeeding, removeFed } from './feeding.js';
import { Meter } from './meter.js';
import { Receiver } from './receiver.js';
import type { FollowHooks, FollowProgress, FollowRequest } from './request.js';
import { Retention } from './retention.js';
import { applySnapshotOf, type SnapshotDone } from './snapshot-phase.js';
import { applyStream } from './stream-phase.js';

/**
 * Follows the source and gives the target each of its writes, exactly once, until the target is promoted. The receiving
 * half fills the spool at the source's pace; the applying half goes on from the checkpoint that it finds on the target.
 * @throws Promoted; MigrationError what a person must see to; the signal's reason
 */
export async function follow(request: FollowRequest, hooks: FollowHooks): Promise<never> {
  const { signal } = hooks;
  await hooks.writer.admit();
  const spool = await StreamSpool.open(spoolPlace(request.spoolDir, request.workflowId), request.spool);
  const following = new Following(request, hooks, spool);
  const progress = setInterval(() => hooks.onProgress(following.progress), progressMs);
  const retention = new Retention(spool, withDefaults(request.spool ?? {}).maxBytes, () => following.applied);
  try {
    return await following.run();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(progress);
    retention.stop();
    await following.stop();
    await spool.close();
  }
}

const progressMs = 250;

/** How long to wait before a server that is away is tried again, in ms. */
const awayMs = 100;
const lookMs = 10;

class Following {
  readonly #receiver: Receiver;
  readonly #meter: Meter;
  #phase: FollowProgress['phase'] = 'connecting';
  #trouble: string | null = null;
  /** The checkpoint's offset, as far as it is certain. */
  #applied = 0;
  /** Of the snapshot that is being applied. */
  #snapshot: SnapshotDone = { bytes: 0, keys: 0, unheld: [] };
  /** The target has something that the migration brought there. */
  #begun = false;
  /** The source could not go on from where the spool was: what comes now is another snapshot. */
  #fresh = false;
  /** Commands up to this offset came later than they were run. */
  #lateUntil = 0;
  /** The source's version, as 602 for 6.2; 0: not known. */
  #sourceLevel = 0;
  /** The stream can't express what happened on the source. */
  #resync = false;
  /** The spool goes on from the checkpoint only, which was reached with another one. */
  #elsewhere = false;
  /** Why the target is filled anew. */
  #whyAnew = '';

  constructor(
    private readonly request: FollowRequest,
    private readonly hooks: FollowHooks,
    private readonly spool: StreamSpool,
  ) {
    this.#meter = new Meter(spool, request.sourceKeys);
    this.#receiver = new Receiver(request.source, spool, {
      onFull: () => this.#beginAnew(),
      onContinue: async () => {
        const { level, offset } = await askSource(this.request.source);
        this.#sourceLevel = level;
        // Of what was run before now isn't known when.
        this.#lateUntil = level < absoluteSince ? offset : 0;
      },
      safe: () => Math.max(this.spool.durable, this.#applied),
      onTrouble: why => {
        this.#trouble = why;
      },
    });
  }

  /** As it is now: speeds are measured from one call to the next. */
  get progress(): FollowProgress {
    const { end, bytes, full } = this.spool;
    const { paused, maxKeysPerSecond, maxBytesPerSecond } = this.hooks.control();
    return {
      phase: paused ? 'paused' : this.#phase,
      ...this.#meter.measure({ phase: this.#phase, offset: this.#applied, snapshot: this.#snapshot }),
      received: end,
      applied: this.#applied,
      unheld: this.#snapshot.unheld,
      limited: maxKeysPerSecond !== null || maxBytesPerSecond !== null,
      spoolBytes: bytes,
      spoolFull: full?.why ?? null,
      trouble: this.#trouble,
    };
  }

  get applied(): number {
    return this.#applied;
  }

  run(): Promise<never> {
    return Promise.race([this.#receiver.failed, this.#keepApplying()]);
  }

  stop(): Promise<void> {
    return this.#receiver.stop();
  }

  /** On one connection to the target after the other. */
  async #keepApplying(): Promise<never> {
    const { signal } = this.hooks;
    for (const patience = new Patience(); ; ) {
      signal.throwIfAborted();
      try {
        await this.#apply(() => patience.restore());
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof SpoolGone) {
          await sleep(lookMs, undefined, { signal });
          continue;
        }
        if (error instanceof ResyncNeeded) {
          await this.#receiver.stop();
          this.#resync = true;
          this.#whyAnew = error.why;
          continue;
        }
        // Its address leads to another server now, and the connection to the one before may last: asked anew, it will tell.
        if (error instanceof SourceElsewhere && this.#receiver.linked && !this.#fresh) await this.#receiver.stop();
        const verdict = isAway(error) ? awayMs : patience.judge(error);
        if (verdict instanceof MigrationError) throw verdict;
        this.#trouble = String(error instanceof Error ? error.message : error);
        await sleep(verdict, undefined, { signal });
      }
    }
  }

  async #apply(onProgress: () => void): Promise<never> {
    const { request, hooks, spool } = this;
    const connection = await openForFeeding(request.target, request.workflowId, hooks.writer);
    const close = () => connection.close();
    const writer = { name: hooks.writer.name, admit: () => admit(connection, request.workflowId, hooks.writer) };
    hooks.signal.addEventListener('abort', close);
    try {
      const checkpoint = await this.#align(connection, await readCheckpoint(connection, request.workflowId));
      this.#trouble = null;
      onProgress();
      const streamFrom = checkpoint.snapshot ? await this.#applySnapshot(connection, checkpoint, writer) : checkpoint;
      // The source may have begun anew since then, at the same offset even.
      if (!spool.position || !spool.holds(streamFrom)) throw new SpoolGone('another snapshot has come');
      await spool.dropSnapshot();
      this.#phase = 'stream';
      const onApplied = (offset: number) => {
        this.#applied = offset;
        onProgress();
      };
      return await applyStream(spool, request, {
        ...hooks,
        writer,
        onApplied,
        lateUntil: () => this.#lateUntil,
        sourceLevel: () => this.#sourceLevel,
      });
    } finally {
      hooks.signal.removeEventListener('abort', close);
      connection.close();
    }
  }

  async #applySnapshot(connection: RespConnection, checkpoint: Checkpoint, writer: Writer): Promise<Checkpoint> {
    const { spool, request, hooks } = this;
    const { snapshot } = spool;
    this.#phase = 'snapshot';
    if (snapshot?.name !== checkpoint.snapshot?.name) throw new SpoolGone('another snapshot has come');
    const onPlace = (place: SnapshotDone) => {
      this.#snapshot = place;
    };
    const all = { ...hooks, writer, onPlace };
    return applySnapshotOf(snapshot as SpooledSnapshot, checkpoint, connection, request, all);
  }

  /** Brings spool and receiver to where the target is. @returns the checkpoint to go on from */
  async #align(connection: RespConnection, found: Checkpoint | null): Promise<Checkpoint> {
    const { spool } = this;
    this.#begun = found !== null;
    this.#applied = found && !found.snapshot ? found.checked : 0;
    if (!found || this.#fresh || this.#resync) return this.#takeSnapshot(connection, found);
    if (found.snapshot) {
      if (found.snapshot.name !== spool.snapshot?.name) {
        this.#whyAnew = 'the snapshot that was being applied is not here, or not all of it';
        return this.#takeSnapshot(connection, found);
      }
    } else if (!spool.holds({ replicationId: found.replicationId, offset: found.checked })) {
      await this.#receiver.stop();
      await spool.begin({ replicationId: found.replicationId, offset: found.checked });
      this.#elsewhere = true;
    }
    this.#receiver.start();
    return found;
  }

  /** From its beginning: the one that is here already, or one that the source is asked for. */
  async #takeSnapshot(connection: RespConnection, found: Checkpoint | null): Promise<Checkpoint> {
    const { spool, request, hooks } = this;
    if (this.#resync || (!this.#fresh && !spool.snapshot)) {
      await this.#receiver.stop();
      const before = spool.snapshot;
      this.#receiver.start('anew');
      while (spool.snapshot === before) await sleep(lookMs, undefined, { signal: hooks.signal });
      this.#resync = false;
    } else this.#receiver.start();
    while (!spool.snapshot) await sleep(lookMs, undefined, { signal: hooks.signal });
    const { snapshot, start, replicationId } = spool;
    const anew = found && { times: (found.anew?.times ?? 0) + 1, why: this.#whyAnew };
    [this.#fresh, this.#elsewhere, this.#whyAnew] = [false, false, ''];
    if (this.#begun) await removeFed(connection, request);
    const place = { replicationId: replicationId ?? '', offset: start, db: 0, arrivedAt: Date.now() };
    const checkpoint = beginSnapshot(place, snapshot.name, expiryShiftMs, anew);
    await writeCheckpoint(connection, request.workflowId, checkpoint);
    return checkpoint;
  }

  /** A source that comes back with much less may have lost it: then the target is the last that has it. */
  async #beginAnew(): Promise<void> {
    const { source, sourceKeys } = this.request;
    const { position } = this.spool;
    const { keys, level, whyNot } = await askSource(source);
    if (this.#begun) {
      if (keys < sourceKeys / 2)
        throw new MigrationError(
          'SourceCameBackEmpty',
          `The source came back with ${keys} keys, after ${sourceKeys} before.`,
        );
      this.#whyAnew ||= this.#elsewhere ? `the spool of it is not here, and ${whyNot(position)}` : whyNot(position);
    }
    this.#sourceLevel = level;
    this.#fresh = true;
  }
}

/** It is waited for; whoever watches the servers shows what lasts. */
const isAway = (error: unknown): boolean => error instanceof MigrationError && error.type === 'Unreachable';
