import { conveyInOrder } from '../keys/in-order.js';
import type { KeyFeed } from '../keys/key-feed.js';
import type { PageSize } from '../keys/page-size.js';
import type { Difference } from './difference.js';
import { Look, type Looking } from './look.js';
import type { Session } from './session.js';
import type { Tally } from './tally.js';

export interface ScanPass {
  session: Session;
  feed: KeyFeed;
  looking: Looking;
  tally: Tally;
  pageSize: PageSize;
  /**
   * Called after each batch, in the order of the scan, when it is counted.
   * @param excess differences that there was no room for
   */
  onCounted(excess: Difference[]): Promise<void>;
}

/** Looks at all keys of a feed. */
export async function scanPass({ session, feed, looking, tally, pageSize, onCounted }: ScanPass): Promise<void> {
  await conveyInOrder<Look>({
    feed,
    begin: async ({ keys }) => {
      const look = new Look();
      await session.throttle.takeKeys(keys.count);
      // There is nothing to ask about a page of the product's own keys alone.
      if (keys.count > 0) await looking(session, keys, look);
      await session.throttle.takeBytes(look.bytes);
      return look;
    },
    count: async (look, page) => {
      pageSize.learn(look.bytes, page.keys.count);
      await onCounted(tally.count(look, page));
    },
  });
}
