import type { FileHandle } from 'node:fs/promises';
import { MigrationError } from '../../contract/errors.js';
import type { CopyHooks, PartitionReport } from '../../copy/index.js';
import { Ledger } from '../../copy/ledger.js';
import type { Outcome } from '../../copy/outcome.js';
import { persevere } from '../../copy/persevere.js';
import { unstarted } from '../../copy/progress.js';
import type { Going } from '../../copy/slice.js';
import { conveyInOrder } from '../../keys/in-order.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { RdbHeader } from '../header.js';
import { RdbError } from '../rdb-error.js';
import { Chosen } from './chosen.js';
import { FileSource, readFacts, type SnapshotBytes } from './file-source.js';
import { type ApplyRequest, asCursor, beginning, placeOf } from './request.js';
import { ApplySession } from './session.js';
import { type ApplyPage, SnapshotFeed } from './snapshot-feed.js';
import { workOf } from './work.js';

/** The whole snapshot, as the one partition that there is. */
const everything = { db: 0, from: asCursor(beginning), to: null };

/**
 * Gives a running target the keys of a snapshot, or goes on with that, until all is done or the slice is over: strings by
 * SET, everything else by RESTORE of the bytes as they stand there, what the target doesn't understand by native commands.
 * Reconnects by itself, and goes on from its own checkpoint, as long as there is some progress.
 * @param file one that was checked; read from wherever the checkpoint says
 * @throws MigrationError Unreachable, when the target could not be reached for about 20 s; SnapshotFailed
 */
export async function applySnapshot(
  file: FileHandle,
  target: Endpoint,
  request: ApplyRequest,
  hooks: CopyHooks,
): Promise<PartitionReport> {
  const { header, checksum, bytes } = await readable(() => readFacts(file));
  return applyRecords({ file, header, name: `${checksum}:${bytes}` }, target, request, hooks);
}

/** A snapshot whose records are read. */
export interface OpenSnapshot {
  file: SnapshotBytes;
  header: RdbHeader;
  /** Which one it is: a checkpoint is of one snapshot. */
  name: string;
}

/** The same for one that may still be on its way: who applies it makes sure that it came whole. */
export async function applyRecords(
  snapshot: OpenSnapshot,
  target: Endpoint,
  request: ApplyRequest,
  hooks: CopyHooks,
): Promise<PartitionReport> {
  const { rate, sliceMs, expiryShiftMs } = request;
  const job = {
    // The source has no part in it any more.
    endpoints: { source: target, target },
    rate,
    sliceMs,
    open: () => ApplySession.open(target, snapshot.name, hooks.writer, expiryShiftMs),
    attempt: (going: Going<ApplySession>) => readable(() => attempt(snapshot, request, going)),
  };
  return persevere(job, new Ledger(request.resume ?? unstarted(everything)), hooks);
}

/** What is no snapshot, as an error for users. */
async function readable<Result>(read: () => Promise<Result>): Promise<Result> {
  return read().catch(error => {
    if (!(error instanceof RdbError)) throw error;
    throw new MigrationError('SnapshotFailed', `The snapshot can't be read any further: ${error.message}.`);
  });
}

async function attempt(
  { file, header }: OpenSnapshot,
  request: ApplyRequest,
  { session, ledger, pace, signal, goOn, onCounted }: Going<ApplySession>,
): Promise<void> {
  const cursor = ledger.enter(session.identities, everything);
  if (ledger.progress.done) return;
  const source = new FileSource(file, header, placeOf(cursor));
  const work = workOf(session, request, header.dialect);
  const feed = new SnapshotFeed(source, new Chosen(request.selection), work.writer);
  const end = await conveyInOrder<Outcome, ApplyPage>({
    feed,
    goOn,
    begin: page => {
      if (page.batch) return work.send(page.batch, pace, signal);
      const written = work.writeBig(source, pace, signal);
      feed.bigIsWritten(page, written);
      return written;
    },
    count: (outcome, page) => {
      ledger.count(outcome, page);
      onCounted();
    },
  });
  if (end === 'ended') ledger.finish();
}
