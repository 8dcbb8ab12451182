import type { KeyBatch } from '../../keys/key-batch.js';
import { refused } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import { compareValue } from '../../values/compare-value.js';
import { abilities } from '../../values/copy/abilities.js';
import { expiryDiffers } from '../../values/expiry.js';
import { copyBatch } from '../copy-batch.js';
import type { Lane } from '../lane.js';
import { Outcome } from '../outcome.js';
import type { Pair } from '../pairs.js';

/** By how much expiries may differ that were told, each relative to its own clock, at nearly the same time. */
const toleranceMs = 1000;
const attempts = 3;

/**
 * Moves keys through the worker: copies those that the target lacks, and deletes at the source what the target then has
 * with the same value and expiry. What differs stays on both: it was written at the source after it was moved, or at the
 * target, or the target can't hold all of it.
 */
export async function finishMove(lane: Lane, keys: KeyBatch, outcome: Outcome): Promise<void> {
  const copy = new Outcome();
  await copyBatch(lane, keys, copy);
  outcome.counts.bytes += copy.counts.bytes;
  outcome.counts.inPieces += copy.counts.inPieces;
  outcome.unheld.push(...copy.unheld);
  await lane.session.pairs.useAll(keys.all(), async (lend, key) => {
    outcome.counts[await deleteIfSame(lane, await lend(key, key), key)]++;
  });
}

type Moved = 'copied' | 'skipped' | 'gone' | 'busy';

async function deleteIfSame({ signal }: Lane, pair: Pair, key: Buffer): Promise<Moved> {
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const moved = await deleteOnce(pair, key, signal);
      if (moved) return moved;
    }
    return 'busy';
  } catch (error) {
    if (!(error instanceof RespError)) throw error;
    throw refused(pair[error.side ?? 'source'].endpoint, 'a command of the move', error);
  }
}

/** @returns undefined when the key changed meanwhile */
async function deleteOnce({ source, target }: Pair, key: Buffer, signal: AbortSignal): Promise<Moved | undefined> {
  await source.command('WATCH', key);
  const [onSource, onTarget] = await Promise.all([abilities(source), abilities(target)]);
  const fieldExpiry = onSource.fieldExpiry && onTarget.fieldExpiry;
  const { outcome } = await compareValue({ source, target, key, toleranceMs, fieldExpiry, signal });
  if (outcome === 'same' && (await sameExpiry({ source, target }, key))) {
    const replies = await source.pipeline([['MULTI'], ['UNLINK', key], ['EXEC']]);
    const error = replies.find(reply => reply instanceof RespError);
    if (error) throw error;
    return replies.at(-1) === null ? undefined : 'copied';
  }
  await source.command('UNWATCH');
  if (outcome === 'gone' || outcome === 'extra') return 'gone';
  return outcome === 'missing' ? 'busy' : 'skipped';
}

async function sameExpiry({ source, target }: Pair, key: Buffer): Promise<boolean> {
  const [one, other] = await Promise.all([source.command('PTTL', key), target.command('PTTL', key)]);
  return !expiryDiffers(Number(one), Number(other), toleranceMs);
}
