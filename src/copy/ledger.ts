import type { Identities } from './identities.js';
import type { Outcome } from './outcome.js';
import type { Partition } from './partition.js';
import { advance, countsOf, type PartitionProgress, resumeWith } from './progress.js';

/** A target that syncs its append-only file every second, the servers' default, has on disk what it took so long ago. */
const safeAfterMs = 5000;
const markEveryMs = 1000;

interface Mark {
  at: number;
  safe: PartitionProgress['safe'];
}

/** Keeps the checkpoint of one partition. */
export class Ledger {
  #progress: PartitionProgress;
  /** Places on the way, oldest first. */
  #marks: Mark[] = [];

  constructor(progress: PartitionProgress) {
    this.#progress = progress;
  }

  /** Immutable: each change makes another one. */
  get progress(): PartitionProgress {
    return this.#progress;
  }

  /** With these servers. @returns the cursor to go on from */
  enter(identities: Identities, partition: Partition, resume = resumeWith): string {
    this.#progress = resume(this.#progress, identities, partition);
    this.#marks = [this.#mark()];
    return this.#progress.cursor;
  }

  count(outcome: Outcome, page: { seen: number; cursor: string }): void {
    this.#progress = advance(this.#progress, outcome, page);
    if (performance.now() - (this.#marks.at(-1)?.at ?? 0) < markEveryMs) return;
    this.#marks.push(this.#mark());
    const until = performance.now() - safeAfterMs;
    while (this.#marks[1] && this.#marks[1].at <= until) this.#marks.shift();
    const [oldest] = this.#marks;
    if (oldest && oldest.at <= until) this.#progress = { ...this.#progress, safe: oldest.safe };
  }

  /** What the brake allows from now on. */
  brakeTo(keysPerSecond: number | null): void {
    const brakedTo = keysPerSecond === null ? null : Math.round(keysPerSecond);
    if (brakedTo !== this.#progress.brakedTo) this.#progress = { ...this.#progress, brakedTo };
  }

  /** The rest is done elsewhere. */
  handOver({ targetRunId }: Identities): void {
    this.#progress = { ...this.#progress, targetRunId, done: true };
  }

  finish(): void {
    this.#progress = { ...this.#progress, done: true };
  }

  #mark(): Mark {
    return { at: performance.now(), safe: { ...countsOf(this.#progress), cursor: this.#progress.cursor } };
  }
}
