import { createHash } from 'node:crypto';
import type { Piece } from '../copy/piece.js';
import type { Reading } from '../copy/reading.js';
import { nameOf } from '../equal.js';
import { compareIds, nextId } from './id.js';
import { type Pending, pendingEntries } from './pending.js';

/** Pending entries of all groups together that are asked for at once. */
const mostPending = 2000;

/** The pending entries of one group, read window by window. */
export class PendingCopy {
  readonly #digest = createHash('sha1');
  readonly #count: number;
  #page: Pending[] = [];

  constructor(
    private readonly from: Reading,
    private readonly group: Buffer,
    groups: number,
  ) {
    this.#count = Math.max(20, Math.floor(mostPending / groups));
  }

  /** Reads on. @returns where the page ends; undefined when nothing comes after it */
  async read(from: string): Promise<string | undefined> {
    const { source, key, signal } = this.from;
    signal?.throwIfAborted();
    this.#page = await pendingEntries(source, { key, group: this.group, from, count: this.#count });
    return this.#page.length < this.#count ? undefined : nameOf(this.#page.at(-1)?.id);
  }

  /** Takes what comes up to `end`; the rest is read again. @returns the ids */
  takeUntil(end: string | undefined): string[] {
    if (end !== undefined) this.#page = this.#page.filter(({ id }) => compareIds(nameOf(id), end) <= 0);
    for (const { id, consumer, deliveries } of this.#page)
      this.#digest.update(`${nameOf(id)} ${deliveries} ${nameOf(consumer)}\0`);
    return this.#page.map(({ id }) => nameOf(id));
  }

  /**
   * Has the same entries pending in `key`, where they must exist: since 7.0 others can't be claimed.
   * https://redis.io/docs/latest/commands/xclaim/
   */
  claim(piece: Piece, key: Buffer): void {
    for (const run of runsOf(this.#page)) {
      const { consumer, deliveredAt, idle, deliveries } = run[0] as Pending;
      const when = deliveredAt === undefined ? (['IDLE', Number(idle)] as const) : (['TIME', deliveredAt] as const);
      const ids = run.map(({ id }) => id as Buffer);
      const options = [...when, 'RETRYCOUNT', Number(deliveries), 'FORCE', 'JUSTID'];
      piece.add('XCLAIM', key, this.group, consumer as Buffer, 0, ...ids, ...options);
    }
  }

  /** Of ids, consumers and counts; a mere renewal of an entry's time isn't seen. */
  digest(): string {
    return this.#digest.digest('base64');
  }
}

/** All pending entries of a group once more, for the same digest. */
export async function pendingDigest(from: Reading, group: Buffer): Promise<string> {
  const pending = new PendingCopy(from, group, 1);
  for (let at: string | undefined = '-'; at !== undefined; ) {
    const end: string | undefined = await pending.read(at);
    pending.takeUntil(end);
    at = end && nextId(end);
  }
  return pending.digest();
}

/** Neighbours that were delivered to the same consumer at the same time, equally often: most come in such runs. */
function runsOf(page: Pending[]): Pending[][] {
  const runs: Pending[][] = [];
  for (const entry of page) {
    const run = runs.at(-1);
    if (run && alike(run[0] as Pending, entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

const alike = (one: Pending, other: Pending): boolean =>
  one.deliveredAt === other.deliveredAt &&
  one.idle === other.idle &&
  one.deliveries === other.deliveries &&
  nameOf(one.consumer) === nameOf(other.consumer);
