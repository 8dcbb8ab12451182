import type { KeyBatch } from '../keys/key-batch.js';
import { unweighed, weigh } from '../keys/portions.js';
import { copyByType, copyInPieces } from './in-pieces.js';
import type { Lane } from './lane.js';
import type { Outcome } from './outcome.js';
import { type Left, transfer } from './transfer.js';

/** Copies keys with values and expiries, each in the way that its size and the target allow. */
export async function copyBatch(lane: Lane, keys: KeyBatch, outcome: Outcome): Promise<void> {
  const { source, slots, features } = lane.session;
  const { small, big, absent } = await (features.weighing ? weigh(source, keys, slots) : unweighed(keys));
  outcome.counts.gone += absent?.count ?? 0;
  const left: Left = { big, foreign: [] };
  for (const group of small) {
    if (lane.session.foreign) left.foreign.push(...group.all());
    else await transfer(lane, group, outcome, left);
  }
  if (left.foreign.length > 0) await copyByType(lane, left.foreign, outcome);
  if (left.big.length > 0) await copyInPieces(lane, left.big, outcome);
}
