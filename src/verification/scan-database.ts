import type { KeyFeed } from '../keys/key-feed.js';
import { PageSize } from '../keys/page-size.js';
import { type Accepts, ScanFeed } from '../keys/scan-feed.js';
import { ClusterKeyspace, ClusterScanFeed, type Inventory, type Keyspace, totalOf } from '../keyspace/index.js';
import { isOwnKey } from '../selection/own-keys.js';
import type { Difference } from './difference.js';
import { lookThrough } from './look-through.js';
import { firstLook } from './looking.js';
import type { VerificationOptions } from './options.js';
import type { Repairer } from './repairer.js';
import { untilCaughtUp } from './replica.js';
import { SampleFeed } from './sample-feed.js';
import { scanPass } from './scan-pass.js';
import type { Session } from './session.js';
import { SourceNames } from './source-names.js';
import { Suspects, suspectOf } from './suspects.js';
import type { Tally } from './tally.js';

type Side = 'source' | 'target';

/** One verification on its way. */
export interface Run {
  session: Session;
  options: Required<VerificationOptions>;
  inventories: Record<Side, Inventory>;
  tally: Tally;
  /** Null: nothing is changed. */
  repairer: Repairer | null;
  report(): void;
}

/** Looks at all keys that one side has in one database, or goes on where the checkpoint is. */
export async function scanDatabase(run: Run, scanned: Side, db: number): Promise<void> {
  const { session, options, inventories, tally, report } = run;
  const cursor = tally.enter(scanned, db, inventories[scanned].runId);
  if (cursor === undefined || !inventories[scanned].keys.has(db)) return;
  await session.select(db);
  const pageSize = new PageSize(session.throttle.keys);
  await scanPass({
    session,
    tally,
    pageSize,
    feed: feedOf(run, scanned, db, cursor, pageSize),
    looking: firstLook(session, scanned, options.mode),
    onCounted: async excess => {
      if (excess.length > 0) await countExcess(run, db, excess);
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
  const keys = inventories[scanned].keys.get(db) ?? 0;
  const share = Math.ceil((options.sampleSize * keys) / Math.max(1, totalOf(inventories[scanned])));
  const count = () => pageSize.next();
  const { selection } = session;
  const renamed = scanned === 'target' && selection.renames;
  const accepts: Accepts = renamed
    ? (bytes, from, to) => !isOwnKey(bytes, from, to)
    : (bytes, from, to) => selection.accepts(bytes, from, to);
  // As many draws as there are keys would miss a third of them.
  const sampled = options.mode === 'sample' && share < keys;
  const feed = sampled
    ? new SampleFeed(session[scanned], share, count, accepts)
    : scanFeedOf(session[scanned], inventories[scanned], { cursor, count, accepts });
  return renamed ? new SourceNames(feed, selection) : feed;
}

function scanFeedOf(
  keyspace: Keyspace,
  { layout }: Inventory,
  options: { cursor: string; count: () => number; accepts: Accepts },
): KeyFeed {
  if (!(keyspace instanceof ClusterKeyspace)) return new ScanFeed(keyspace, options);
  return new ClusterScanFeed(keyspace, options, layout ?? []);
}

/** A full list is looked through before its time; when most of it stays, that is not tried again. */
async function makeRoom(run: Run, db: number): Promise<void> {
  const { suspects } = run.tally;
  const before = suspects.size;
  await untilCaughtUp(run.session);
  await lookThrough(
    run,
    db,
    suspects.list().filter(suspect => suspect.db === db),
    suspects,
  );
  if (suspects.size > before / 2) run.tally.closeSuspects();
}

/** What the list has no room for is mended at once, or counts as it was seen. */
async function countExcess(run: Run, db: number, excess: Difference[]): Promise<void> {
  const left = new Suspects(excess.map(difference => suspectOf(db, difference)));
  if (run.repairer) await lookThrough(run, db, left.list(), left);
  run.tally.countAsSeen(left.list().map(({ kind }) => kind));
}
