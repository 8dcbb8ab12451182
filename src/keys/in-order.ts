import type { Feed, Page } from './key-feed.js';

export interface Conveyor<Result, Batch = Page> {
  feed: Feed<Batch>;
  /** Starts the work on a page; several are under way at a time. */
  begin(page: Batch): Promise<Result>;
  /** Called when the work on a page is done, in the order of the pages. */
  count(result: Result, page: Batch): Promise<void> | void;
  /** Asked before each page: false ends it, with all that was begun counted. @default until the last page */
  goOn?(): boolean;
  /** Pages that are worked on at the same time, so that neither server waits for this process. @default 4 */
  depth?: number;
}

/** Works on all pages of a feed, and counts them in their order, so that the cursor is never ahead of the counts. */
export async function conveyInOrder<Result, Batch = Page>(
  conveyor: Conveyor<Result, Batch>,
): Promise<'ended' | 'stopped'> {
  const { feed, goOn = () => true, depth = 4 } = conveyor;
  const onTheWay: { page: Batch; work: Promise<Result> }[] = [];
  const countNext = async () => {
    const next = onTheWay.shift();
    if (!next) return;
    await conveyor.count(await next.work, next.page);
    feed.recycle(next.page);
  };
  let page: Batch | undefined;
  let going = goOn();
  while (going) {
    page = await feed.next();
    if (!page) break;
    const work = conveyor.begin(page);
    work.catch(() => {}); // Whoever counts it gets the error.
    onTheWay.push({ page, work });
    if (onTheWay.length >= depth) await countNext();
    going = goOn();
  }
  while (onTheWay.length > 0) await countNext();
  return going ? 'ended' : 'stopped';
}
