import type { KeyBatch } from '../keys/key-batch.js';
import { showKey } from '../keys/key-name.js';
import type { Slot } from '../keys/slots.js';
import { ClusterKeyspace } from '../keyspace/index.js';
import { appendBulk, appendCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import type { Lane, PartitionLane } from './lane.js';
import type { Outcome } from './outcome.js';
import { mostNames } from './progress.js';

/** Counts the keys that the target has, and those that would meet another key of the source there. */
export async function checkBatch(lane: PartitionLane, keys: KeyBatch, outcome: Outcome): Promise<void> {
  if (lane.request.mode === 'check') for (const index of await onTarget(lane, keys)) add(outcome, keys.key(index));
  await lookForRivals(lane, keys, outcome);
}

/** Which of the keys the target has, under the names that they have there: their indexes. */
export const onTarget = (lane: Lane, keys: KeyBatch): Promise<number[]> =>
  lane.session.slots.use(async slot => ((await noneExists(lane, keys, slot)) ? [] : lookAtEach(lane, keys, slot)));

/** One EXISTS for all; in a cluster they are in several slots. */
async function noneExists({ session, request }: Lane, keys: KeyBatch, slot: Slot): Promise<boolean> {
  slot.request.clear().appendText(`*${keys.count + 1}\r\n`);
  appendBulk(slot.request, 'EXISTS');
  const names = keys.wire.view();
  for (let index = 0; index < keys.count; index++)
    request.selection.appendTargetKey(slot.request, names, keys.from(index), keys.to(index));
  if (session.target instanceof ClusterKeyspace) return false;
  const [count] = await session.target.raw(slot.request.view(), 1);
  if (count instanceof RespError) throw refused(session.target.endpoint, 'EXISTS', count);
  return count === 0;
}

async function lookAtEach({ session, request }: Lane, keys: KeyBatch, slot: Slot): Promise<number[]> {
  slot.request.clear();
  for (let index = 0; index < keys.count; index++)
    appendCommand(slot.request, ['EXISTS', request.selection.targetKey(keys.key(index))]);
  const replies = await session.target.raw(slot.request.view(), keys.count);
  return replies.flatMap((reply, index) => {
    if (reply instanceof RespError) throw refused(session.target.endpoint, 'EXISTS', reply);
    return reply === 0 ? [] : [index];
  });
}

/** Where a prefix is renamed, two keys of the source may come to the same name. */
async function lookForRivals({ session, request }: Lane, keys: KeyBatch, outcome: Outcome): Promise<void> {
  const names = keys.wire.view();
  for (let index = 0; index < keys.count; index++) {
    const name = names.indexOf(newline, keys.from(index)) + 1;
    if (!request.selection.mayCollide(names, name, keys.to(index) - 2)) continue;
    const rival = request.selection.rivalOf(keys.key(index));
    if (rival && (await session.source.command('EXISTS', rival)) === 1) add(outcome, rival);
  }
}

const newline = 10;

function add({ counts, examples }: Outcome, key: Buffer): void {
  counts.conflicts++;
  if (examples.length < mostNames) examples.push(showKey(key));
}
