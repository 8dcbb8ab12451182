import { conveyInOrder } from '../keys/in-order.js';
import type { KeyBatch } from '../keys/key-batch.js';
import { PageSize } from '../keys/page-size.js';
import { ScanFeed } from '../keys/scan-feed.js';
import { ofTypes } from './by-type.js';
import { checkBatch } from './check-batch.js';
import { copyBatch } from './copy-batch.js';
import type { PartitionLane } from './lane.js';
import { batchesAtATime, MigrateBatches } from './migrate/batches.js';
import { Outcome } from './outcome.js';
import { PartitionRange } from './partition.js';
import type { CopySession } from './session.js';
import type { Going } from './slice.js';

/** One way through a partition on one pair of connections, to its end or until it is told to stop. */
export interface Attempt extends Pick<Going<CopySession>, 'ledger' | 'goOn' | 'onCounted'> {
  lane: PartitionLane;
}

/** @throws MigrationError; the signal's abort */
export async function attempt({ lane, ledger, goOn, onCounted }: Attempt): Promise<void> {
  const { session, request, pace, signal } = lane;
  const cursor = ledger.enter(session.identities, request.partition);
  if (ledger.progress.done) return;
  const pageSize = new PageSize(pace.keys);
  const { work, depth } = workOf(lane);
  const end = await conveyInOrder<Outcome>({
    feed: feedOf(lane, cursor, pageSize),
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
      pageSize.learn(outcome.counts.bytes, page.keys.count);
      ledger.count(outcome, page);
      onCounted();
    },
  });
  if (end === 'ended') ledger.finish();
}

interface Work {
  work(keys: KeyBatch, outcome: Outcome): Promise<void>;
  depth?: number;
}

function workOf(lane: PartitionLane): Work {
  const { mode, transport } = lane.request;
  if (mode !== 'copy') return { work: (keys, outcome) => checkBatch(lane, keys, outcome) };
  if (transport?.kind !== 'migrate') return { work: (keys, outcome) => copyBatch(lane, keys, outcome) };
  const batches = new MigrateBatches(lane, transport);
  return { work: (keys, outcome) => batches.send(keys, outcome), depth: batchesAtATime };
}

function feedOf({ session, request }: PartitionLane, cursor: string, pageSize: PageSize): ScanFeed {
  const { partition, selection } = request;
  return new ScanFeed(session.source, {
    cursor,
    count: () => pageSize.next(),
    accepts: (bytes, from, to) => selection.accepts(bytes, from, to),
    range: new PartitionRange(partition),
  });
}
