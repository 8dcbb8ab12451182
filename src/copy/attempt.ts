import { SlotSet } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import { conveyInOrder } from '../keys/in-order.js';
import type { KeyBatch } from '../keys/key-batch.js';
import { PageSize } from '../keys/page-size.js';
import { everything, ScanFeed } from '../keys/scan-feed.js';
import type { RespConnection } from '../resp/connection.js';
import { nameOf } from '../resp/failure.js';
import { ofTypes } from './by-type.js';
import { checkBatch } from './check-batch.js';
import { copyBatch } from './copy-batch.js';
import type { PartitionLane } from './lane.js';
import type { Ledger } from './ledger.js';
import { batchesAtATime, keysABatch, MigrateBatches } from './migrate/batches.js';
import { assertKeptMoved, resumeMove } from './migrate/resume-move.js';
import { Outcome } from './outcome.js';
import { PartitionRange } from './partition.js';
import type { CopyRequest } from './request.js';
import type { CopySession } from './session.js';
import type { Going } from './slice.js';

/** One way through a partition on one pair of connections, to its end or until it is told to stop. */
export interface Attempt extends Pick<Going<CopySession>, 'ledger' | 'goOn' | 'onCounted'> {
  lane: PartitionLane;
}

/** @throws MigrationError; the signal's abort */
export async function attempt({ lane, ledger, goOn, onCounted }: Attempt): Promise<void> {
  const { session, request, pace, signal } = lane;
  if (session.scanned === null) return ledger.handOver(session.identities);
  const cursor = enter(lane, ledger);
  if (ledger.progress.done) return;
  const { work, depth, page } = workOf(lane);
  const pageSize = new PageSize(pace.keys, page);
  const end = await conveyInOrder<Outcome>({
    feed: feedOf(session.scanned, request, cursor, pageSize),
    goOn,
    ...(depth === undefined ? {} : { depth }),
    begin: async ({ keys, seen }) => {
      const outcome = new Outcome();
      await pace.keys.take(seen, signal);
      const chosen = await ofTypes(session, keys, request.selection.types);
      if (chosen.count > 0) await work(chosen, outcome);
      return outcome;
    },
    count: (outcome, page) => {
      assertKept(session);
      pageSize.learn(outcome.counts.bytes, page.keys.count);
      ledger.count(outcome, page);
      onCounted();
    },
  });
  if (end !== 'ended') return;
  await session.lookAtTarget();
  assertKept(session);
  ledger.finish();
}

/** @returns the cursor to go on from. @throws MigrationError TargetChanged: the next time it goes on with this target */
function enter({ session, request }: PartitionLane, ledger: Ledger): string {
  const { identities, target } = session;
  const { transport, mode, partition } = request;
  if (mode !== 'copy' || transport?.kind !== 'migrate' || !transport.move) return ledger.enter(identities, partition);
  const last = ledger.progress;
  const cursor = ledger.enter(identities, partition, resumeMove);
  assertKeptMoved(last, identities, target.endpoint);
  return cursor;
}

/** With a new session the checkpoint goes back to what is safe. */
function assertKept({ mayHaveLost, target }: CopySession): void {
  if (!mayHaveLost) return;
  throw new MigrationError('Unreachable', `A primary of the cluster of the ${nameOf(target.endpoint)} was replaced.`);
}

interface Work {
  work(keys: KeyBatch, outcome: Outcome): Promise<void>;
  /** Pages at a time, and keys in each; undefined: as usual. */
  depth?: number;
  page?: number;
}

function workOf(lane: PartitionLane): Work {
  const { mode, transport } = lane.request;
  if (mode !== 'copy') return { work: (keys, outcome) => checkBatch(lane, keys, outcome) };
  if (transport?.kind !== 'migrate') return { work: (keys, outcome) => copyBatch(lane, keys, outcome) };
  const batches = new MigrateBatches(lane, transport);
  return { work: (keys, outcome) => batches.send(keys, outcome), depth: batchesAtATime(transport), page: keysABatch };
}

function feedOf(
  scanned: RespConnection,
  { partition, selection }: CopyRequest,
  cursor: string,
  pageSize: PageSize,
): ScanFeed {
  const slots = partition.slots && SlotSet.of(partition.slots);
  return new ScanFeed(scanned, {
    cursor,
    count: () => pageSize.next(),
    accepts: (bytes, from, to) =>
      (slots === undefined || slots.holds(bytes, from, to)) && selection.accepts(bytes, from, to),
    // The cursors of cluster nodes have an order of their own.
    range: partition.node === undefined ? new PartitionRange(partition) : everything,
  });
}
