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

/**
 * All keys of the selected database. SCAN guarantees that what was there from its beginning to its end is given at
 * least once, and its cursor stays valid when the table is resized, when another connection goes on with it, and on a
 * later day; but it is a position in the order of the process's hash seed, so another process must be scanned from the
 * start. https://redis.io/docs/latest/commands/scan/
 */
export class ScanFeed implements KeyFeed {
  readonly #free: KeyBatch[] = [];
  #ahead: Promise<Page> | undefined;

  /** @param count asked before each page: about how many keys it should have */
  constructor(
    private readonly connection: RespConnection,
    cursor: string,
    private readonly count: () => number,
  ) {
    this.#ahead = this.#ask(cursor);
  }

  async next(): Promise<Page | undefined> {
    const page = await this.#ahead;
    // Asked for now, so that it travels while this page is looked at.
    this.#ahead = page && page.cursor !== '0' ? this.#ask(page.cursor) : undefined;
    return page;
  }

  recycle(keys: KeyBatch): void {
    this.#free.push(keys.clear());
  }

  #ask(cursor: string): Promise<Page> {
    const page = this.#page(cursor, this.count());
    page.catch(() => {}); // Whoever asks for it next gets the error.
    return page;
  }

  async #page(cursor: string, count: number): Promise<Page> {
    const keys = this.#free.pop() ?? new KeyBatch();
    const { endpoint } = this.connection;
    const command = encodeCommand(['SCAN', cursor, 'COUNT', count]);
    const { errors, whole } = await this.connection.rawBytes(command, 1, keys.wire, mostBytes);
    if (errors > 0) throw refused(endpoint, 'SCAN', firstError(keys.wire.view()));
    if (whole) return { keys, cursor: takePage(keys) };
    if (count > 1) return this.#page(cursor, 1);
    throw new MigrationError(
      'VerificationFailed',
      `${nameOf(endpoint)}: the names of a few keys are beyond ${mostBytes} bytes`,
    );
  }
}

/** Finds the keys in the reply of SCAN. @returns the next cursor */
function takePage(keys: KeyBatch): string {
  const reply = new ReplyCursor(keys.wire.view());
  reply.next();
  reply.next();
  const cursor = reply.bytes.toString('latin1', reply.from, reply.to);
  reply.next();
  takeKeys(keys, reply);
  return cursor;
}

/** Takes the rest of the replies as keys; those of the product itself and nil are left out. */
export function takeKeys(keys: KeyBatch, reply: ReplyCursor): void {
  while (!reply.atEnd) {
    reply.next();
    if (reply.from >= 0 && !isOwnKey(reply.bytes, reply.from, reply.to)) keys.add(reply.start, reply.end);
  }
}
