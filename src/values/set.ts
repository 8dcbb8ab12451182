import type { Reply } from '../resp/reply.js';
import { RespError } from '../resp/reply.js';
import { copyElements } from './copy/elements.js';
import { nameOf } from './equal.js';
import type { Asker, ValueType } from './pair.js';
import { type Unordered, unorderedDifference } from './unordered.js';

const maker = { command: 'SADD' };

export const set: ValueType = {
  whole: { command: key => ['SMEMBERS', key], same: sameMembers, maker },
  difference: pair => unorderedDifference(pair, members),
  copy: (from, to) => copyElements(from, to, { scan: 'SSCAN', maker }),
};

const members: Unordered = { count: 'SCARD', scan: 'SSCAN', width: 1, find, same: () => true };

/** SISMEMBER in a pipeline, since SMISMEMBER came with 6.2 only. */
async function find(asker: Asker, key: Buffer, names: Buffer[]): Promise<Reply[]> {
  const replies = await asker.pipeline(names.map(name => ['SISMEMBER', key, name]));
  return replies.map(reply => {
    if (reply instanceof RespError) throw reply;
    return reply === 1 ? reply : null;
  });
}

function sameMembers(source: Reply, target: Reply): boolean {
  const one = source as Buffer[];
  const other = new Set((target as Buffer[]).map(nameOf));
  return one.length === other.size && one.every(member => other.has(nameOf(member)));
}
