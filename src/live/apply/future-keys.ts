import { MigrationError } from '../../contract/errors.js';
import { showKey } from '../../keys/key-name.js';
import type { FetchedKey } from '../checkpoint.js';
import type { Ahead, SourceKey } from '../stream/index.js';
import { fieldOf } from './checkpoint-store.js';

/** Whose checking waits for keys to be fetched. */
export interface Doubtful {
  doubts: number;
}

/** A key of the source that is to be fetched, and on whose account. */
export interface DueKey extends SourceKey {
  owners: Doubtful[];
  /** How often its value was fetched, and was not what the target has then. */
  failed: number;
}

/** To be fetched: until which offset is known when it is. */
const unknownYet = Number.POSITIVE_INFINITY;
const fewest = 1024;
const mostFailed = 5;

/**
 * Keys whose value on the target is of a later offset than the rest, and those that are to be fetched: what the stream
 * says of them until then is passed over.
 */
export class FutureKeys implements Ahead {
  /** By `<db>:<name>`, a character for each byte. */
  readonly #until = new Map<string, number>();
  readonly #due = new Map<string, DueKey>();
  /** In the order of their offsets, which is that in which they were fetched. */
  #marked: { id: string; until: number }[] = [];
  #first = 0;

  constructor(fetched: readonly FetchedKey[] = []) {
    for (const { db, key, until } of fetched) this.mark({ db, key: Buffer.from(key, 'base64') }, until);
  }

  get size(): number {
    return this.#until.size;
  }

  /** How many are to be fetched. */
  get due(): number {
    return this.#due.size;
  }

  any(): boolean {
    return this.#until.size > 0;
  }

  anyIn(dbs: readonly number[], offset: number): boolean {
    for (const [id, until] of this.#until) if (until >= offset && dbs.includes(databaseOf(id))) return true;
    return false;
  }

  has(db: number, bytes: Buffer, from: number, to: number, offset: number): boolean {
    return this.any() && (this.#until.get(idOf(db, bytes.subarray(from, to))) ?? 0) >= offset;
  }

  /** It is to be fetched, and until then its owners are in doubt. The key's bytes are kept. */
  request(db: number, key: Buffer, owners: readonly Doubtful[] = []): void {
    const id = idOf(db, key);
    const due = this.#due.get(id) ?? { db, key, owners: [], failed: 0 };
    for (const owner of owners) {
      if (due.owners.includes(owner)) continue;
      due.owners.push(owner);
      owner.doubts++;
    }
    this.#due.set(id, due);
    this.#until.set(id, unknownYet);
  }

  /**
   * One that was fetched is to be fetched again, for the same owners.
   * @throws MigrationError when that goes on and on
   */
  again({ db, key, owners, failed }: DueKey): void {
    if (failed >= mostFailed)
      throw new MigrationError(
        'CommandRefused',
        `The target does not take the value of ${showKey(key)} in database ${db}.`,
      );
    this.request(db, key, owners);
    const due = this.#due.get(idOf(db, key));
    if (due) due.failed = failed + 1;
  }

  /** Takes out up to so many of those that are to be fetched; they stay of the future. */
  takeDue(most: number): DueKey[] {
    const taken: DueKey[] = [];
    for (const [id, key] of this.#due) {
      if (taken.length === most) break;
      taken.push(key);
      this.#due.delete(id);
    }
    return taken;
  }

  /** One that was taken is to be fetched after all, unless it has been asked for again. */
  giveBack(key: DueKey): void {
    const id = idOf(key.db, key.key);
    const due = this.#due.get(id);
    if (due) due.owners.push(...key.owners);
    else this.#due.set(id, key);
  }

  /** It was fetched; asked for again meanwhile, it stays to be fetched. */
  mark({ db, key }: SourceKey, until: number): void {
    const id = idOf(db, key);
    if (!this.#due.has(id)) this.#until.set(id, until);
    this.#marked.push({ id, until });
  }

  /** The stream is there: forgets those of that offset or before. @returns their fields in the hash */
  passed(offset: number): Buffer[] {
    const fields: Buffer[] = [];
    for (let next = this.#marked[this.#first]; next && next.until <= offset; next = this.#marked[this.#first]) {
      this.#first++;
      if (this.#until.get(next.id) !== next.until) continue;
      this.#until.delete(next.id);
      fields.push(Buffer.from(next.id, 'latin1'));
    }
    this.#compact();
    return fields;
  }

  /** Whether it is to be fetched. */
  isDue({ db, key }: SourceKey): boolean {
    return this.#due.has(idOf(db, key));
  }

  /** Those that were fetched. */
  *fetched(): Iterable<SourceKey & { until: number }> {
    for (const [id, until] of this.#until)
      if (until !== unknownYet)
        yield { db: databaseOf(id), key: Buffer.from(id.slice(id.indexOf(':') + 1), 'latin1'), until };
  }

  #compact(): void {
    if (this.#first < fewest || this.#first * 2 < this.#marked.length) return;
    this.#marked = this.#marked.slice(this.#first);
    this.#first = 0;
  }
}

const idOf = (db: number, key: Buffer): string => fieldOf(db, key).toString('latin1');
const databaseOf = (id: string): number => Number.parseInt(id, 10);
