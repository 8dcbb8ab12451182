import type { FetchedKey } from '../checkpoint.js';
import type { SourceKey } from './translation.js';

/** Keys whose value on the target is of a later offset than the stream that is being applied. */
export interface Ahead {
  /** Whether there may be one at all for a command that ends at this offset. */
  any(offset: number): boolean;
  /** Whether there is one in one of these databases. */
  anyIn(dbs: readonly number[], offset: number): boolean;
  /** Whether the key whose name stands from `from` to `to` is one for such a command. */
  has(db: number, bytes: Buffer, from: number, to: number, offset: number): boolean;
}

/** A list of them. */
export class AheadKeys implements Ahead {
  readonly #until = new Map<string, FetchedKey>();
  #last = -1;

  static of(fetched: Iterable<FetchedKey>): AheadKeys {
    const ahead = new AheadKeys();
    for (const { db, key, until } of fetched) ahead.add({ db, key: Buffer.from(key, 'base64') }, until);
    return ahead;
  }

  /** @param until the offset at which its value was read */
  add({ db, key }: SourceKey, until: number): void {
    this.#until.set(nameOf(db, key, 0, key.length), { db, key: key.toString('base64'), until });
    this.#last = Math.max(this.#last, until);
  }

  any(offset: number): boolean {
    return offset <= this.#last;
  }

  anyIn(dbs: readonly number[], offset: number): boolean {
    if (!this.any(offset)) return false;
    for (const { db, until } of this.#until.values()) if (until >= offset && dbs.includes(db)) return true;
    return false;
  }

  has(db: number, bytes: Buffer, from: number, to: number, offset: number): boolean {
    if (offset > this.#last) return false;
    return offset <= (this.#until.get(nameOf(db, bytes, from, to))?.until ?? -1);
  }

  /** Lets go of those that the stream has come up with. */
  forget(offset: number): void {
    for (const [name, { until }] of this.#until) if (until <= offset) this.#until.delete(name);
  }

  /** As a checkpoint keeps them. */
  list(): FetchedKey[] {
    return [...this.#until.values()];
  }
}

const nameOf = (db: number, bytes: Buffer, from: number, to: number): string =>
  `${db}/${bytes.toString('latin1', from, to)}`;
