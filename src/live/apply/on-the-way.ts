import type { Batch, Place } from './batch.js';

const mostBytes = 4 << 20;
const mostBatches = 32;

/** Batches that were sent, in order, until they are answered and nothing of them is in doubt. */
export class OnTheWay {
  readonly #batches: Batch[] = [];
  readonly #free: Batch[] = [];
  #bytes = 0;
  #unanswered = 0;

  /** @param newBatch makes one */
  constructor(private readonly newBatch: () => Batch) {}

  /** None is waited for. */
  get idle(): boolean {
    return this.#unanswered === 0;
  }

  /** Nothing is in doubt either. */
  get settled(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether one more may be sent. */
  get room(): boolean {
    return this.#unanswered < mostBatches && this.#bytes < mostBytes;
  }

  /** Up to where nothing is in doubt. @param sent up to where batches were sent */
  checked(sent: Place): Place {
    return this.#batches[0]?.from ?? sent;
  }

  take(): Batch {
    return this.#free.pop() ?? this.newBatch();
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#unanswered++;
    this.#bytes += batch.request.length;
  }

  /** A range that was applied before, and is in doubt. */
  doubt(range: Batch): void {
    this.#batches.push(range);
  }

  answered(batch: Batch): void {
    batch.answered = true;
    this.#unanswered--;
    this.#bytes -= batch.request.length;
  }

  /** Those that were sent behind it. */
  behind(batch: Batch): readonly Batch[] {
    return this.#batches.slice(this.#batches.indexOf(batch) + 1);
  }

  /** Lets go those at the front that are done with. */
  settle(): void {
    for (let first = this.#batches[0]; first?.answered && first.doubts === 0; first = this.#batches[0]) {
      this.#batches.shift();
      this.#free.push(first);
    }
  }
}
