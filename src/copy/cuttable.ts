import type { RespConnection } from '../resp/connection.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { type Partition, placeOf } from './partition.js';

/**
 * Buckets that `SCAN c COUNT 1` goes through at most: it looks at ten for the first key. A bucket has 7 keys on
 * average at most (Valkey 8.1; Redis: 1, and 5 while it saves), and half of that right after the table has doubled.
 */
const mostBuckets = 10;
const mostKeysABucket = 16;
/** A table that has lost most of its keys stays as big as it was for a while. */
const mostBucketsAKey = 256;

/**
 * Whether SCAN of the selected database goes in the order that `placeOf` knows: from each partition's beginning it
 * must come a few buckets further, no less and no more. Other servers that speak Redis have cursors of their own.
 */
export async function isCuttable(source: RespConnection, partitions: Partition[], keys: number): Promise<boolean> {
  const replies = await source.pipeline(partitions.map(({ from }) => ['SCAN', from, 'COUNT', 1]));
  return replies.every((reply, index) => {
    if (reply instanceof RespError) throw refused(source.endpoint, 'SCAN', reply);
    const from = partitions[index]?.from ?? '0';
    return Array.isArray(reply) && isFewBuckets(from, String(reply[0]), keys);
  });
}

function isFewBuckets(from: string, to: string, keys: number): boolean {
  if (!/^\d{1,20}$/.test(to)) return false;
  const share = Number(placeOf(to) - placeOf(from)) / 2 ** 64;
  return share >= 1 / (keys * mostBucketsAKey) && share <= (mostBuckets * mostKeysABucket) / keys;
}
