import { type Reply, RespError } from '../../resp/reply.js';
import type { Asker } from '../pair.js';
import { unixMs } from '../server-time.js';

/** An entry that was delivered to a consumer and is not acknowledged; it may have been deleted since. */
export interface Pending {
  id: Reply;
  consumer: Reply;
  deliveries: Reply;
  /** For how many ms it was not delivered again. */
  idle: Reply;
  /** Unix time in ms by the server's own clock; undefined when the user may not ask for that. */
  deliveredAt: number | undefined;
}

export interface PendingPage {
  key: Buffer;
  group: Buffer;
  /** The first id; `-` for the first of all. */
  from: string;
  count: number;
}

/** How often it is tried to get an answer within one ms, so that the times of delivery are exact. */
const tries = 4;

/** Pending entries in the order of their ids. https://redis.io/docs/latest/commands/xpending/ */
export async function pendingEntries(asker: Asker, { key, group, from, count }: PendingPage): Promise<Pending[]> {
  for (let left = tries; ; left--) {
    const replies = await asker.pipeline([['TIME'], ['XPENDING', key, group, from, '+', count], ['TIME']]);
    const [before, entries, after] = replies as [Reply, Reply, Reply];
    if (entries instanceof RespError) throw entries;
    const now = unixMs(before);
    if (now !== unixMs(after) && left > 1) continue;
    return (entries as Reply[][]).map(([id = '', consumer = '', idle = 0, deliveries = 0]) => {
      return { id, consumer, deliveries, idle, deliveredAt: now === undefined ? now : now - Number(idle) };
    });
  }
}
