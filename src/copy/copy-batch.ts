import type { KeyBatch } from '../keys/key-batch.js';
import { unweighed, weigh } from '../keys/portions.js';
import { copyInPieces } from './in-pieces.js';
import type { KeyLane } from './lane.js';
import type { Outcome } from './outcome.js';
import { transfer } from './transfer.js';

/** Copies keys with values and expiries, each in the way that its size and the target allow. */
export async function copyBatch(lane: KeyLane, keys: KeyBatch, outcome: Outcome): Promise<void> {
  const { source, slots, features, foreign } = lane.session;
  if (foreign) return copyInPieces(lane, keys.all(), outcome);
  const { small, big, absent } = await (features.weighing ? weigh(source, keys, slots) : unweighed(keys));
  outcome.counts.gone += absent?.count ?? 0;
  const others = [...big];
  for (const group of small) others.push(...(await transfer(lane, group, outcome)));
  await copyInPieces(lane, others, outcome);
}
