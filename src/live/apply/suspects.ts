import { RespError } from '../../resp/reply.js';
import { isOwnKey } from '../../selection/own-keys.js';
import type { Selection } from '../../selection/selection.js';
import { type SourceKey, StreamReader } from '../stream/index.js';
import { KeyPlaces } from '../stream/key-places.js';
import { keyless } from '../stream/keyless.js';
import { rows } from '../stream/table/index.js';
import type { StreamCommand } from '../stream-command.js';
import type { Batch } from './batch.js';
import type { Verdict } from './judge.js';
import { ResyncNeeded } from './resync-needed.js';

export type FailedCommand = (command: StreamCommand, error: RespError) => void;

/** A key as the target calls it. */
interface TargetKey {
  id: string;
  db: number;
  key: Buffer;
}

/**
 * Finds the keys that a failure leaves in doubt: those of the commands that failed, and all that a later command, already
 * sent, names together with one of them.
 */
export class Suspects {
  readonly #found = new Map<string, TargetKey>();
  readonly #places = new KeyPlaces();

  /**
   * @param failed which commands of the batch
   * @param empty which of them were answered with nothing: where they were to claim something, they failed, too
   * @param onFailed hears of each of them
   */
  ofFailed(batch: Batch, { failed, empty }: Omit<Verdict, 'aborted'>, onFailed: FailedCommand): this {
    this.#goOver(batch, (command, index) => {
      const keys = this.#keysOf(command);
      const error = failed.get(index) ?? (batch.claims && empty.has(index) ? unclaimed(command) : undefined);
      if (error) onFailed(command, error);
      if (error && keys === null)
        throw new ResyncNeeded(`a ${command.name}, which names no keys, has failed on the target`);
      if (error || this.#touches(keys)) this.#add(keys);
    });
    return this;
  }

  /** Of all its commands. */
  ofAll(batch: Batch): this {
    this.#goOver(batch, command => {
      const keys = this.#keysOf(command);
      if (keys === null) throw new ResyncNeeded(`whether a ${command.name} was done is not known`);
      this.#add(keys);
    });
    return this;
  }

  /** Of a batch that was, or will be, sent behind it. */
  following(batch: Batch): this {
    this.#goOver(batch, command => {
      const keys = this.#keysOf(command);
      if (this.#touches(keys)) this.#add(keys);
    });
    return this;
  }

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** What they are called on the source, where they can be keys of it. */
  onSource(selection: Selection): SourceKey[] {
    const found: SourceKey[] = [];
    for (const { db: targetDb, key } of this.#found.values()) {
      const db = selection.sourceDatabase(targetDb);
      if (db !== null) for (const name of selection.sourceKeys(key)) found.push({ db, key: name });
    }
    return found;
  }

  #goOver({ request }: Batch, look: (command: StreamCommand, index: number) => void): void {
    const reader = new StreamReader({ offset: 0, db: 0 });
    reader.push(request.view(), 0);
    // MULTI is the first.
    for (let index = -1; ; index++) {
      const command = reader.next();
      if (command === null) return;
      if (command.name !== 'MULTI' && command.name !== 'EXEC') look(command, index);
    }
  }

  /** Null: it can't be told. */
  #keysOf(command: StreamCommand): TargetKey[] | null {
    const row = rows.get(command.name);
    if (!row) return keyless.get(command.name) && !flushing.has(command.name) ? [] : null;
    const { count, known, words, dbs } = this.#places.find(command, row.keys);
    if (!known || (count === 0 && row.types === null)) return null;
    const keys: TargetKey[] = [];
    for (let place = 0; place < count; place++) {
      const word = words[place] as number;
      const [from, to, db] = [command.from[word] as number, command.to[word] as number, dbs[place] as number];
      if (isOwnKey(command.bytes, from, to)) continue;
      const key = Buffer.from(command.bytes.subarray(from, to));
      keys.push({ id: `${db}:${key.toString('latin1')}`, db, key });
    }
    return keys;
  }

  #touches(keys: readonly TargetKey[] | null): boolean {
    return this.any && (keys?.some(({ id }) => this.#found.has(id)) ?? false);
  }

  #add(keys: readonly TargetKey[] | null): void {
    for (const key of keys ?? []) this.#found.set(key.id, key);
  }
}

/** Since 7.0 what was deleted of a stream can't be claimed, and isn't pending any more. */
const unclaimed = ({ name }: StreamCommand): RespError | undefined =>
  name === 'XCLAIM' ? new RespError('ERR the entry was deleted, and is pending on the source') : undefined;

const flushing = new Set(['FLUSHALL', 'FLUSHDB', 'SWAPDB']);
