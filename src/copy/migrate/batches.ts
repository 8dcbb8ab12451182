import { KeyBatch } from '../../keys/key-batch.js';
import { bigBytes, weightsOf } from '../../keys/portions.js';
import { onTarget } from '../check-batch.js';
import { copyBatch } from '../copy-batch.js';
import type { Lane } from '../lane.js';
import type { Outcome } from '../outcome.js';
import type { ByMigrate } from '../request.js';
import { MigrateCall } from './call.js';
import { CallSize } from './call-size.js';
import { finishMove } from './finish-move.js';
import { onSource } from './on-source.js';

/** Keys of a batch that MIGRATE may send, with their bytes in memory, and those that are too big for it. */
interface Weighed {
  small: KeyBatch;
  weights: Float64Array;
  big: Buffer[];
}

/**
 * Batches on their way at a time. With two the source has its next call when it has answered one, and serves its other
 * clients between them; with more it would have gone on to other keys between looking at one's size and sending it, which
 * costs its caches a fifth of the time.
 * A move shrinks the table, whereupon SCAN gives keys again: one batch at a time, such a key is seen to be gone, and not
 * counted as moved twice.
 */
export const batchesAtATime = ({ move }: ByMigrate): number => (move ? 1 : 2);

/** At most: as many small ones as fit into a call. SCAN takes some 2 ms to find them. */
export const keysABatch = 2000;

/**
 * Has the source send keys to the target. What it can't send, because it is too big for one call or the target doesn't
 * understand it, goes through the worker.
 */
export class MigrateBatches {
  readonly #call: MigrateCall;
  readonly #size = new CallSize();

  constructor(
    private readonly lane: Lane,
    private readonly transport: ByMigrate,
  ) {
    if (transport.move && lane.request.onConflict !== 'skip') throw new Error('a move never overwrites');
    this.#call = new MigrateCall(lane, transport);
  }

  /** @throws MigrationError what either server refused; Unreachable; then the batch is not counted, and may be sent again */
  async send(keys: KeyBatch, outcome: Outcome): Promise<void> {
    if (this.lane.session.foreign) return this.#byWorker(keys, outcome);
    const { small, weights, big } = await this.#weigh(await this.#wanted(keys, outcome), outcome);
    for (let at = 0; at < small.count; ) at = await this.#sendFrom(at, small, weights, outcome);
    if (big.length > 0) await this.#byWorker(KeyBatch.of(big), outcome);
  }

  /** What the target has is left out beforehand: MIGRATE would only say that there was one. */
  async #wanted(keys: KeyBatch, { counts }: Outcome): Promise<KeyBatch> {
    if (this.transport.move || this.lane.request.onConflict === 'replace') return keys;
    const there = await onTarget(this.lane, keys);
    counts.skipped += there.length;
    return without(keys, there);
  }

  async #weigh(keys: KeyBatch, { counts }: Outcome): Promise<Weighed> {
    const { source, slots, features } = this.lane.session;
    if (!features.weighing) return { small: keys, weights: new Float64Array(keys.count), big: [] };
    const weights = await weightsOf(source, keys, slots);
    if (weights.every(weight => weight >= 0 && weight <= bigBytes)) return { small: keys, weights, big: [] };
    const [small, big]: [number[], Buffer[]] = [[], []];
    weights.forEach((weight, index) => {
      if (weight < 0) counts.gone++;
      else if (weight > bigBytes) big.push(keys.key(index));
      else small.push(index);
    });
    return { small: keys.select(small), weights: Float64Array.from(small, index => weights[index] as number), big };
  }

  /** One call. @returns the key that the next one begins with */
  async #sendFrom(from: number, keys: KeyBatch, weights: Float64Array, outcome: Outcome): Promise<number> {
    const { pace, signal } = this.lane;
    const to = this.#size.endOf(weights, from);
    const bytes = weights.subarray(from, to).reduce((sum, weight) => sum + weight, 0);
    await pace.bytes.take(bytes, signal);
    const { answer, ms } = await this.#call.send(keys, from, to);
    this.#size.learn(CallSize.load(to - from, bytes), ms);
    outcome.counts.bytes += bytes;
    // What vanished since it was weighed, some ms ago, is counted as copied: MIGRATE says nothing of it.
    if (answer === 'sent') outcome.counts.copied += to - from;
    else if (answer === 'none') outcome.counts.gone += to - from;
    else await this.#afterRefusal(keys.select(range(from, to)), outcome);
    return to;
  }

  /** Of these keys some were taken and some were not, for their own sake. */
  async #afterRefusal(keys: KeyBatch, outcome: Outcome): Promise<void> {
    const { lane, transport } = this;
    let left = keys;
    if (transport.move) left = keys.select(await onSource(lane, keys));
    else if (lane.request.onConflict === 'skip') left = without(keys, await onTarget(lane, keys));
    outcome.counts.copied += keys.count - left.count;
    await this.#byWorker(left, outcome);
  }

  async #byWorker(keys: KeyBatch, outcome: Outcome): Promise<void> {
    if (keys.count === 0) return;
    if (this.transport.move) await finishMove(this.lane, keys, outcome);
    else await copyBatch(this.lane, keys, outcome);
  }
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

function without(keys: KeyBatch, indexes: readonly number[]): KeyBatch {
  if (indexes.length === 0) return keys;
  const left = new Set(indexes);
  return keys.select(range(0, keys.count).filter(index => !left.has(index)));
}
