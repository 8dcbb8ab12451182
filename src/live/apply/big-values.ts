import { refused } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import type { Selection } from '../../selection/selection.js';
import { Building } from '../../values/copy/building.js';
import { isOfChangedKey, ValueChanged } from '../../values/copy/changed.js';
import type { Reading } from '../../values/copy/reading.js';
import { valueType } from '../../values/table.js';
import { shifted } from '../stream/index.js';
import type { DueKey } from './future-keys.js';
import type { Sender } from './sender.js';
import type { SourceSize, SourceValues } from './source-values.js';
import type { Target } from './target.js';

/** A value beyond this goes in pieces, so that neither this process nor a server holds all of it at once, or is kept busy by it. */
const bigBytes = 4 << 20;
const attempts = 3;
/** WATCH hears of all that changes them. Of a stream it doesn't hear what its groups do. */
const watched = new Set(['string', 'list', 'set', 'zset']);

/** Brings big values of the source to the target in pieces, to a temporary key; a batch puts it in its place. */
export class BigValues {
  constructor(
    private readonly target: Target,
    private readonly sender: Sender,
    private readonly source: SourceValues,
    private readonly selection: Selection,
  ) {}

  takes({ type, bytes }: SourceSize): boolean {
    return bytes > bigBytes && watched.has(type) && (this.selection.types?.has(type) ?? true);
  }

  /**
   * @param position what was read of the stream
   * @returns the offset of the value that the batch puts in place; null when it was written each time while it was read
   * @throws MigrationError
   */
  async fetch(key: DueKey, { type }: SourceSize, position: number): Promise<number | null> {
    const { connection } = this.target;
    const db = this.selection.targetDatabase(key.db);
    const [reply] = await connection.pipeline([['SELECT', db]]);
    if (reply instanceof RespError) throw refused(connection.endpoint, `SELECT ${db}`, reply);
    try {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const offset = await this.#attempt(key, type, position);
        if (offset !== null) return offset;
      }
      return null;
    } finally {
      await connection.pipeline([['SELECT', 0]]);
    }
  }

  async #attempt(key: DueKey, type: string, position: number): Promise<number | null> {
    const { sender, source, selection, target } = this;
    const place = selection.targetKey(key.key);
    const building = await Building.begin(target.connection, place);
    try {
      const copy = valueType(type).copy as (from: Reading, to: Building) => Promise<string[]>;
      const read = async (from: Reading) => {
        if (from.type !== type) throw new ValueChanged();
        await copy(from, building);
      };
      const { offset, expireAt } = await source.readInPieces(key, sender.replicationId, position, read);
      this.#put(await building.made(), place, key, expireAt);
      return offset;
    } catch (error) {
      await building.giveUp();
      if (error instanceof ValueChanged || (error instanceof RespError && isOfChangedKey(error))) return null;
      throw this.#shown(error);
    }
  }

  /** An expiry comes last: where it is over, there is nothing, as there should be. */
  #put(made: Buffer, place: Buffer, { db }: DueKey, expireAt: number): void {
    const { batch } = this.sender;
    const { expiryShiftMs } = this.target.checkpoint;
    batch.use(this.selection.targetDatabase(db));
    batch.add('UNLINK', place);
    batch.add('RENAME', made, place);
    if (expireAt > 0) batch.add('PEXPIREAT', place, shifted(expireAt, expiryShiftMs));
    else batch.add('PERSIST', place);
  }

  #shown(error: unknown): unknown {
    if (!(error instanceof RespError) || error.side !== 'source') return error;
    return refused(this.source.endpoint, 'a command that reads a value', error);
  }
}
