import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import type { Session } from './session.js';

/** A key that takes more memory than this is compared in pieces: its DUMP would stall the server, and fill this process. */
export const bigBytes = 512 << 10;

/** Keys whose DUMP is asked for at once take no more than about this together. */
const portionBytes = 512 << 10;

/** Keys of a batch by how they can be compared. */
export interface Portions {
  /** Small ones, by DUMP. */
  small: KeyBatch[];
  /** In pieces. */
  big: Buffer[];
  /** What the target doesn't have: nothing is known of its size, and nothing is to be compared. */
  absent: KeyBatch | undefined;
}

const weigh = new KeyCommand(['MEMORY', 'USAGE']);

/**
 * Weighs keys before they are asked for. The target is asked, because applications wait for the source.
 * https://redis.io/docs/latest/commands/memory-usage/
 */
export async function portion(session: Session, keys: KeyBatch): Promise<Portions> {
  if (!session.features.weighing) return { small: [keys], big: [], absent: undefined };
  return session.withSlot(async slot => {
    keys.appendTo(slot.request.clear(), weigh);
    const { errors } = await session.target.rawBytes(slot.request.view(), keys.count, slot.target.clear());
    const replies = slot.target.view();
    if (errors > 0) throw refused(session.target.endpoint, 'MEMORY USAGE', firstError(replies));
    return divide(keys, replies);
  });
}

function divide(keys: KeyBatch, replies: Buffer): Portions {
  const groups: number[][] = [[]];
  const big: number[] = [];
  const absent: number[] = [];
  const reply = new ReplyCursor(replies);
  for (let index = 0, bytes = 0; index < keys.count; index++) {
    reply.next();
    bytes += Math.max(0, reply.value);
    if (reply.value < 0) absent.push(index);
    else if (reply.value > bigBytes) big.push(index);
    else if (bytes <= portionBytes) groups.at(-1)?.push(index);
    else {
      groups.push([index]);
      bytes = reply.value;
    }
  }
  const small = groups.filter(group => group.length > 0);
  const all = small[0]?.length === keys.count;
  return {
    small: all ? [keys] : small.map(group => keys.select(group)),
    big: big.map(index => keys.key(index)),
    absent: absent.length > 0 ? keys.select(absent) : undefined,
  };
}
