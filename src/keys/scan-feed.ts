import { MigrationError } from '../contract/errors.js';
import type { RespConnection } from '../resp/connection.js';
import { encodeCommand } from '../resp/encode.js';
import { nameOf, refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import { isOwnKey } from '../selection/own-keys.js';
import { KeyBatch } from './key-batch.js';
import type { KeyFeed, Page } from './key-feed.js';
import { ReplyCursor } from './reply-cursor.js';

/** A page of keys beyond this is asked for again, key by key. */
const mostBytes = 32 << 20;

/** Whether the key of this name, from `from` to `to` in the bytes, is taken. */
export type Accepts = (bytes: Uint8Array, from: number, to: number) => boolean;

/** How much of the keys is scanned. */
export interface ScanRange {
  /** How many keys to ask for from this cursor on, where `most` would be welcome. */
  limit(cursor: string, most: number): number;
  /** Hears of each page. @returns whether the scan ends with it */
  endsAfter(from: string, to: string, seen: number): boolean;
}

export const everything: ScanRange = {
  limit: (_cursor, most) => most,
  endsAfter: (_from, to) => to === '0',
};

export interface ScanOptions {
  cursor: string;
  /** Asked before each page: about how many keys it should have. */
  count(): number;
  /** @default all keys but the product's own */
  accepts?: Accepts;
  /** @default everything */
  range?: ScanRange;
}

/**
 * Keys of the selected database. SCAN guarantees that what was there from its beginning to its end is given at
 * least once, and its cursor stays valid when the table is resized, when another connection goes on with it, and on a
 * later day; but it is a position in the order of the process's hash seed, so another process must be scanned from the
 * start. https://redis.io/docs/latest/commands/scan/
 */
export class ScanFeed implements KeyFeed {
  readonly #free: KeyBatch[] = [];
  readonly #accepts: Accepts;
  readonly #range: ScanRange;
  #ahead: Promise<Page> | undefined;
  #ended = false;

  constructor(
    private readonly connection: RespConnection,
    private readonly options: ScanOptions,
  ) {
    this.#accepts = options.accepts ?? notOwn;
    this.#range = options.range ?? everything;
    this.#ahead = this.#ask(options.cursor);
  }

  async next(): Promise<Page | undefined> {
    const page = await this.#ahead;
    // Asked for now, so that it travels while this page is looked at.
    this.#ahead = page && !this.#ended ? this.#ask(page.cursor) : undefined;
    return page;
  }

  recycle({ keys }: Page): void {
    this.#free.push(keys.clear());
  }

  #ask(cursor: string): Promise<Page> {
    const page = this.#page(cursor, this.#range.limit(cursor, this.options.count()));
    page.catch(() => {}); // Whoever asks for it next gets the error.
    return page;
  }

  async #page(cursor: string, count: number): Promise<Page> {
    const keys = this.#free.pop() ?? new KeyBatch();
    const { endpoint } = this.connection;
    const command = encodeCommand(['SCAN', cursor, 'COUNT', count]);
    const { errors, whole } = await this.connection.rawBytes(command, 1, keys.wire, mostBytes);
    if (errors > 0) throw refused(endpoint, 'SCAN', firstError(keys.wire.view()));
    if (whole) {
      const page = takePage(keys, this.#accepts);
      this.#ended = this.#range.endsAfter(cursor, page.cursor, page.seen);
      return page;
    }
    if (count > 1) return this.#page(cursor, 1);
    throw new MigrationError(
      'Unexpected',
      `${nameOf(endpoint)}: the names of a few keys are beyond ${mostBytes} bytes`,
    );
  }
}

const notOwn: Accepts = (bytes, from, to) => !isOwnKey(bytes, from, to);

/** Finds the keys in the reply of SCAN. */
function takePage(keys: KeyBatch, accepts: Accepts): Page {
  const reply = new ReplyCursor(keys.wire.view());
  reply.next();
  reply.next();
  const cursor = reply.bytes.toString('latin1', reply.from, reply.to);
  reply.next();
  const seen = reply.value;
  takeKeys(keys, reply, accepts);
  return { keys, cursor, seen };
}

/** Takes the rest of the replies as keys; nil and what isn't accepted are left out. */
export function takeKeys(keys: KeyBatch, reply: ReplyCursor, accepts: Accepts = notOwn): void {
  while (!reply.atEnd) {
    reply.next();
    if (reply.from >= 0 && accepts(reply.bytes, reply.from, reply.to)) keys.add(reply.start, reply.end);
  }
}
