import { type Inventory, totalOf } from '../keys/inventory.js';
import type { KeyFeed } from '../keys/key-feed.js';
import { PageSize } from '../keys/page-size.js';
import { ScanFeed } from '../keys/scan-feed.js';
import { lookAgain } from './look-again.js';
import { firstLook, secondLook } from './looking.js';
import type { VerificationOptions } from './options.js';
import { untilCaughtUp } from './replica.js';
import { SampleFeed } from './sample-feed.js';
import { scanPass } from './scan-pass.js';
import type { Session } from './session.js';
import type { Tally } from './tally.js';

type Side = 'source' | 'target';

/** One verification on its way. */
export interface Run {
  session: Session;
  options: Required<VerificationOptions>;
  inventories: Record<Side, Inventory>;
  tally: Tally;
  report(): void;
}

/** Looks at all keys that one side has in one database, or goes on where the checkpoint is. */
export async function scanDatabase(run: Run, scanned: Side, db: number): Promise<void> {
  const { session, options, inventories, tally, report } = run;
  const cursor = tally.enter(scanned, db, inventories[scanned].runId);
  if (cursor === undefined || !inventories[scanned].keys.has(db)) return;
  await session.select(db);
  const pageSize = new PageSize(session.pace);
  await scanPass({
    session,
    tally,
    pageSize,
    feed: feedOf(run, scanned, db, cursor, pageSize),
    looking: firstLook(session, scanned, options.mode),
    onCounted: async () => {
      if (tally.suspects.overfull) await makeRoom(run, db);
      report();
      session.signal?.throwIfAborted();
    },
  });
}

function feedOf(
  { session, options, inventories }: Run,
  scanned: Side,
  db: number,
  cursor: string,
  pageSize: PageSize,
): KeyFeed {
  const connection = session[scanned];
  const keys = inventories[scanned].keys.get(db) ?? 0;
  const share = Math.ceil((options.sampleSize * keys) / Math.max(1, totalOf(inventories[scanned])));
  const count = () => pageSize.next();
  // As many draws as there are keys would miss a third of them.
  if (options.mode === 'sample' && share < keys) return new SampleFeed(connection, share, count);
  return new ScanFeed(connection, { cursor, count });
}

/** A full list is looked through before its time; when most of it stays, that is not tried again. */
async function makeRoom({ session, tally, options }: Run, db: number): Promise<void> {
  const { suspects } = tally;
  const before = suspects.size;
  await untilCaughtUp(session);
  const list = suspects.list().filter(suspect => suspect.db === db);
  await lookAgain(session, secondLook(session, options.mode), list, suspects);
  if (suspects.size > before / 2) tally.closeSuspects();
}
