import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { copyValue, type ValueCopied } from '../values/copy-value.js';
import type { KeyLane } from './lane.js';
import type { Outcome } from './outcome.js';
import type { Pair } from './pairs.js';

/**
 * Copies keys by native commands in bounded pieces: what is too big for one command, or not understood by the target.
 * @throws MigrationError what either server refused; the signal's reason
 */
export async function copyInPieces(lane: KeyLane, keys: readonly Buffer[], outcome: Outcome): Promise<void> {
  let next = 0;
  await lane.session.pairs.useAll(keys.length, async pair => {
    for (let key = keys[next++]; key; key = keys[next++]) count(await copyOne(lane, pair, key), outcome);
  });
}

async function copyOne({ request, pace, signal }: KeyLane, pair: Pair, key: Buffer): Promise<ValueCopied> {
  const { selection, onConflict } = request;
  const [targetKey, replace] = [selection.targetKey(key), onConflict === 'replace'];
  try {
    const done = await copyValue({ ...pair, key, targetKey, replace, signal });
    await pace.bytes.take(done.bytes, signal);
    return done;
  } catch (error) {
    if (!(error instanceof RespError)) throw error;
    throw refused(pair[error.side ?? 'target'].endpoint, 'a command of the copy in pieces', error);
  }
}

function count({ outcome: what, unheld, bytes }: ValueCopied, { counts, unheld: names }: Outcome): void {
  counts[what]++;
  if (what === 'copied') counts.inPieces++;
  counts.bytes += bytes;
  names.push(...unheld);
}
