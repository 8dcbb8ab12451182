import { MigrationError } from '../../contract/errors.js';
import type { PartitionProgress } from '../../copy/index.js';
import { applyRecords } from '../../rdb/apply/apply-snapshot.js';
import { placeOf } from '../../rdb/apply/request.js';
import { headerBytes, readHeader } from '../../rdb/header.js';
import { RdbError } from '../../rdb/rdb-error.js';
import type { RespConnection } from '../../resp/connection.js';
import { endSnapshot, writeCheckpoint } from '../apply/index.js';
import type { Checkpoint } from '../checkpoint.js';
import type { SpooledSnapshot } from '../spool/spooled-snapshot.js';
import { limitsOf } from './limits.js';
import type { FollowHooks, FollowRequest } from './request.js';

/** What of a snapshot is on the target, and what the target can't hold: the first of it by name. */
export interface SnapshotDone {
  bytes: number;
  keys: number;
  unheld: readonly string[];
}

/** How often the place in the snapshot is written to the target, in ms. */
const noteEveryMs = 500;

/**
 * Gives the target the keys of a snapshot that may still be coming, from the place on that the checkpoint names.
 * @returns the checkpoint with which the stream begins. @throws MigrationError; the signal's reason
 */
export async function applySnapshotOf(
  snapshot: SpooledSnapshot,
  checkpoint: Checkpoint,
  connection: RespConnection,
  { target, selection, workflowId }: FollowRequest,
  { signal, writer, control, onPlace }: FollowHooks & { onPlace(place: SnapshotDone): void },
): Promise<Checkpoint> {
  const notes = new PlaceNotes(connection, workflowId, checkpoint);
  const report = await applyRecords(
    { file: snapshot, header: await headerOf(snapshot), name: snapshot.name },
    target,
    {
      mode: 'copy',
      onConflict: 'replace',
      selection,
      functions: selection.everything,
      expiryShiftMs: checkpoint.expiryShiftMs,
      rate: { maxKeysPerSecond: null, maxBytesPerSecond: null, brake: false, baseline: null },
      resume: notes.resume,
      sliceMs: Number.POSITIVE_INFINITY,
    },
    {
      signal,
      writer,
      limits: () => limitsOf(control()),
      onProgress: progress => {
        notes.note(progress);
        onPlace(doneOf(progress));
      },
    },
  ).finally(() => notes.stop());
  signal.throwIfAborted();
  const { finding, progress } = report;
  onPlace(doneOf(progress));
  if (finding) throw new MigrationError(finding.type, finding.message, { remedy: finding.remedy });
  // Until here nobody has checked its end.
  await snapshot.whole();
  const ended = endSnapshot(checkpoint);
  await writeCheckpoint(connection, workflowId, ended);
  return ended;
}

const doneOf = ({ cursor, scanned, unheld }: PartitionProgress): SnapshotDone => ({
  bytes: placeOf(cursor).position,
  keys: scanned,
  unheld,
});

async function headerOf(snapshot: SpooledSnapshot) {
  const bytes = Buffer.alloc(headerBytes);
  try {
    for (let at = 0; at < headerBytes; ) {
      const { bytesRead } = await snapshot.read(bytes, at, headerBytes - at, at);
      if (bytesRead === 0) throw new RdbError(at, 'it ends too early');
      at += bytesRead;
    }
    return readHeader(bytes);
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    throw new MigrationError('SnapshotFailed', `The source's snapshot can't be read: ${error.message}.`);
  }
}

/** Writes to the target now and then how far it is, behind what is there already. */
class PlaceNotes {
  #latest: PartitionProgress | null = null;
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly connection: RespConnection,
    private readonly workflowId: string,
    private readonly checkpoint: Checkpoint,
  ) {
    this.#timer = setInterval(() => this.#write(), noteEveryMs);
  }

  /** Where it goes on; null: at the beginning. */
  get resume(): PartitionProgress | null {
    const { cursor = '' } = this.checkpoint.snapshot ?? {};
    return cursor === '' ? null : (JSON.parse(cursor) as PartitionProgress);
  }

  note(progress: PartitionProgress): void {
    this.#latest = progress;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  #write(): void {
    const { connection, workflowId, checkpoint } = this;
    const latest = this.#latest;
    if (!latest || !checkpoint.snapshot) return;
    this.#latest = null;
    const snapshot = { name: checkpoint.snapshot.name, cursor: JSON.stringify(latest) };
    this.#writing = this.#writing
      .then(() => writeCheckpoint(connection, workflowId, { ...checkpoint, snapshot }))
      // A connection that broke is found out by what comes next: at the latest by the last checkpoint.
      .catch(() => {});
  }
}
