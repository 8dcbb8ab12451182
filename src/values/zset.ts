import { type Reply, RespError } from '../resp/reply.js';
import { copyElements } from './copy/elements.js';
import { nameOf } from './equal.js';
import type { Asker, ValueType } from './pair.js';
import { type Unordered, unorderedDifference } from './unordered.js';

/** Scores are printed so that they are read as the same numbers: 17 digits, or since 7.2 as few as that takes. */
const maker = { command: 'ZADD', swapped: true };

export const zset: ValueType = {
  whole: { command: key => ['ZRANGE', key, 0, -1, 'WITHSCORES'], same: sameScores, maker },
  difference: pair => unorderedDifference(pair, scores),
  // Fewer than of others, since each has its place to be found.
  copy: (from, to) => copyElements(from, to, { scan: 'ZSCAN', maker, most: 1000 }),
};

const scores: Unordered = { count: 'ZCARD', scan: 'ZSCAN', width: 2, find, same: sameScore };

/** ZSCORE in a pipeline, since ZMSCORE came with 6.2 only. */
async function find(asker: Asker, key: Buffer, names: Buffer[]): Promise<Reply[]> {
  const replies = await asker.pipeline(names.map(name => ['ZSCORE', key, name]));
  for (const reply of replies) if (reply instanceof RespError) throw reply;
  return replies;
}

/** In the order of the scores, and of the members where they are equal: the same on both sides. */
function sameScores(source: Reply, target: Reply): boolean {
  const [one, other] = [source as Buffer[], target as Buffer[]];
  if (one.length !== other.length) return false;
  return one.every((item, index) =>
    index % 2 === 0 ? item.equals(other[index] as Buffer) : sameScore(item, other[index] as Buffer),
  );
}

/** As printed; and since versions print 0.1 or 0.10000000000000001, as the number that either stands for. */
function sameScore(source: Reply, target: Reply): boolean {
  const [one, other] = [nameOf(source), nameOf(target)];
  return one === other || Number(one) === Number(other);
}
