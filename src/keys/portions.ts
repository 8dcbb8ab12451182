import type { Keyspace } from '../keyspace/index.js';
import { KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import type { KeyBatch } from './key-batch.js';
import { ReplyCursor } from './reply-cursor.js';
import type { Slots } from './slots.js';

/** A key that takes more memory than this is handled in pieces: its DUMP would stall the server, and fill this process. */
export const bigBytes = 512 << 10;

/** Keys whose DUMP is asked for at once take no more than about this together. */
const portionBytes = 512 << 10;

/** Keys of a batch by how they can be handled. */
export interface Portions {
  /** Small ones, by DUMP. */
  small: KeyBatch[];
  /** In pieces. */
  big: Buffer[];
  /** What the big ones take together. */
  bigBytes: number;
  /** What the server that was asked doesn't have: nothing is known of its size. */
  absent: KeyBatch | undefined;
}

const usage = new KeyCommand(['MEMORY', 'USAGE']);

/** Without MEMORY USAGE: all of them. */
export const unweighed = (keys: KeyBatch): Portions => ({ small: [keys], big: [], bigBytes: 0, absent: undefined });

/** Weighs keys before they are asked for. @param named what that server calls them */
export const weigh = async (
  connection: Keyspace,
  keys: KeyBatch,
  slots: Slots,
  named: KeyBatch = keys,
): Promise<Portions> => divide(keys, await weightsOf(connection, named, slots));

/** How many bytes of memory each key takes; -1: there is no such key. https://redis.io/docs/latest/commands/memory-usage/ */
export async function weightsOf(connection: Keyspace, keys: KeyBatch, slots: Slots): Promise<Float64Array> {
  return slots.use(async ({ request, source: replies }) => {
    keys.appendTo(request.clear(), usage);
    const { errors } = await connection.rawBytes(request.view(), keys.count, replies.clear());
    if (errors > 0) throw refused(connection.endpoint, 'MEMORY USAGE', firstError(replies.view()));
    const weights = new Float64Array(keys.count);
    const reply = new ReplyCursor(replies.view());
    for (let index = 0; index < keys.count; index++) {
      reply.next();
      weights[index] = reply.value;
    }
    return weights;
  });
}

function divide(keys: KeyBatch, weights: Float64Array): Portions {
  const groups: number[][] = [[]];
  const big: number[] = [];
  let bytesOfBig = 0;
  const absent: number[] = [];
  for (let index = 0, bytes = 0; index < keys.count; index++) {
    const weight = weights[index] as number;
    bytes += Math.max(0, weight);
    if (weight < 0) absent.push(index);
    else if (weight > bigBytes) {
      big.push(index);
      bytesOfBig += weight;
    } else if (bytes <= portionBytes) groups.at(-1)?.push(index);
    else {
      groups.push([index]);
      bytes = weight;
    }
  }
  const small = groups.filter(group => group.length > 0);
  const all = small[0]?.length === keys.count;
  return {
    small: all ? [keys] : small.map(group => keys.select(group)),
    big: big.map(index => keys.key(index)),
    bigBytes: bytesOfBig,
    absent: absent.length > 0 ? keys.select(absent) : undefined,
  };
}
