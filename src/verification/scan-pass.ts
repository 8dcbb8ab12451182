import type { KeyFeed, Page } from './key-feed.js';
import { Look, type Looking } from './look.js';
import type { PageSize } from './page-size.js';
import type { Session } from './session.js';
import type { Tally } from './tally.js';

/** Batches that are on their way at the same time, so that neither server waits for this process. */
const depth = 4;

export interface ScanPass {
  session: Session;
  feed: KeyFeed;
  looking: Looking;
  tally: Tally;
  pageSize: PageSize;
  /** Called after each batch, in the order of the scan, when it is counted. */
  onCounted(): Promise<void>;
}

interface OnTheWay {
  page: Page;
  look: Promise<Look>;
}

/** Looks at all keys of a feed; counts the batches in their order, so that the cursor is never ahead of the counts. */
export async function scanPass(pass: ScanPass): Promise<void> {
  const onTheWay: OnTheWay[] = [];
  for (let page = await pass.feed.next(); page; page = await pass.feed.next()) {
    await pass.session.pace.take(page.keys.count, pass.session.signal);
    onTheWay.push(begin(pass, page));
    if (onTheWay.length >= depth) await count(pass, onTheWay.shift());
  }
  while (onTheWay.length > 0) await count(pass, onTheWay.shift());
}

function begin({ session, looking }: ScanPass, page: Page): OnTheWay {
  const look = new Look();
  // A page of nothing, or of the product's own keys alone.
  if (page.keys.count === 0) return { page, look: Promise.resolve(look) };
  const done = looking(session, page.keys, look).then(() => look);
  done.catch(() => {}); // Whoever counts it gets the error.
  return { page, look: done };
}

async function count(pass: ScanPass, batch: OnTheWay | undefined): Promise<void> {
  if (!batch) return;
  const look = await batch.look;
  pass.pageSize.learn(look.bytes, batch.page.keys.count);
  pass.tally.count(look, batch.page.cursor);
  pass.feed.recycle(batch.page.keys);
  await pass.onCounted();
}
