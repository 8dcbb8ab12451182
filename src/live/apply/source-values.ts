import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../contract/errors.js';
import { RespConnection } from '../../resp/connection.js';
import type { Arg } from '../../resp/encode.js';
import { nameOf, refused } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import type { Endpoint } from '../../server/endpoint.js';
import { type Info, infoNumber, parseInfo } from '../../server/info.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import { Reading } from '../../values/copy/reading.js';
import { unixMs } from '../../values/server-time.js';

/** A value as it was at an offset. */
export interface SourceValue {
  key: Buffer;
  /** As TYPE says; `none`: there is no such key. */
  type: string;
  /** As DUMP gives it; null: there is no such key. */
  payload: Buffer | null;
  /** Unix ms; 0: none. */
  expireAt: number;
}

/** What a key takes in the source's memory, by its own estimate; and what it is. */
export interface SourceSize {
  type: string;
  bytes: number;
}

export interface ValuesAt {
  offset: number;
  values: SourceValue[];
}

/** Servers that a name stands for in turn may be behind each other. */
const patienceMs = 2000;
const waitMs = 20;

/** What answers at the source's address is not where the stream comes from: not any more, or not yet. */
export class SourceElsewhere extends MigrationError {
  constructor(endpoint: Endpoint, what: string) {
    super('Unreachable', `${nameOf(endpoint)} ${what}: it is not where the stream comes from`);
  }
}

/** Reads keys of the source with the offset at which they were so. The connection is opened when it is needed. */
export class SourceValues {
  #opened: Promise<RespConnection> | undefined;
  #db = 0;

  constructor(readonly endpoint: Endpoint) {}

  /**
   * @param replicationId of the stream that the offset is of
   * @param position what was read of the stream: the answer is not before it
   * @throws MigrationError as `RespConnection.open`; SourceElsewhere
   */
  async read(db: number, keys: readonly Buffer[], replicationId: string, position: number): Promise<ValuesAt> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const { info, values } = await this.#ask(db, keys);
      const offset = this.#offsetIn(info, replicationId);
      if (offset >= position) return { offset, values };
      if (performance.now() > end)
        throw new SourceElsewhere(this.endpoint, `is at offset ${offset}, behind ${position}`);
      await sleep(waitMs);
    }
  }

  /** In the order of the keys; 0 where it can't be told. */
  async sizes(db: number, keys: readonly Buffer[]): Promise<SourceSize[]> {
    const connection = await this.#in(db);
    const replies = await connection.pipeline(keys.flatMap(key => [sizeOf(key), ['TYPE', key]]));
    return keys.map((_, index) => {
      const [bytes, type] = replies.slice(index * 2, index * 2 + 2);
      return { type: String(type), bytes: typeof bytes === 'number' ? bytes : 0 };
    });
  }

  /**
   * Reads one value piece by piece.
   * @returns when it was so. @throws ValueChanged when it was written meanwhile; MigrationError as `read`; RespError
   */
  async readInPieces(
    { db, key }: { db: number; key: Buffer },
    replicationId: string,
    position: number,
    read: (from: Reading) => Promise<unknown>,
  ): Promise<{ offset: number; expireAt: number }> {
    const from = await Reading.begin(await this.#in(db), key, undefined);
    try {
      await read(from);
      const { expiry, answer } = await from.finishAt(['INFO', 'replication']);
      const offset = this.#offsetIn(parseInfo(String(answer)), replicationId);
      if (offset < position) throw new SourceElsewhere(this.endpoint, `is at offset ${offset}, behind ${position}`);
      return { offset, expireAt: expiry ?? 0 };
    } catch (error) {
      await from.giveUp();
      throw error;
    }
  }

  close(): void {
    void this.#opened?.then(connection => connection.close()).catch(() => {});
    this.#opened = undefined;
  }

  async #ask(db: number, keys: readonly Buffer[]) {
    const connection = await this.#in(db);
    const able = await abilities(connection);
    const replies = await connection.pipeline(this.#question(keys, able));
    const results = replies.at(-1);
    const all = [...replies, ...(Array.isArray(results) ? results : [])];
    for (const reply of all) if (reply instanceof RespError) throw refused(this.endpoint, 'DUMP, PTTL or INFO', reply);
    return read(results as Reply[], keys, able);
  }

  #question(keys: readonly Buffer[], { absoluteTimes }: Abilities): Arg[][] {
    const expiry = absoluteTimes ? 'PEXPIRETIME' : 'PTTL';
    return [
      ['MULTI'],
      ['INFO', 'replication'],
      ['TIME'],
      ...keys.flatMap(key => [
        ['TYPE', key],
        ['DUMP', key],
        [expiry, key],
      ]),
      ['EXEC'],
    ];
  }

  async #in(db: number): Promise<RespConnection> {
    this.#opened ??= RespConnection.open(this.endpoint);
    const connection = await this.#opened;
    if (db === this.#db) return connection;
    const [reply] = await connection.pipeline([['SELECT', db]]);
    if (reply instanceof RespError) throw refused(this.endpoint, `SELECT ${db}`, reply);
    this.#db = db;
    return connection;
  }

  /** @throws MigrationError when another server has answered */
  #offsetIn(info: Info, replicationId: string): number {
    if (info.get('master_replid') !== replicationId)
      throw new SourceElsewhere(this.endpoint, 'has another replication id');
    return infoNumber(info, 'master_repl_offset');
  }
}

function read([info, time, ...answers]: Reply[], keys: readonly Buffer[], { absoluteTimes }: Abilities) {
  const now = absoluteTimes ? 0 : (unixMs(time as Reply) ?? 0);
  const values = keys.map((key, index): SourceValue => {
    const [type, payload, expiry] = answers.slice(index * 3, index * 3 + 3);
    const gone = !Buffer.isBuffer(payload) || expiry === -2;
    return {
      key,
      type: gone ? 'none' : String(type),
      payload: gone ? null : payload,
      expireAt: gone || Number(expiry) < 0 ? 0 : Number(expiry) + now,
    };
  });
  return { info: parseInfo(String(info)), values };
}

/** By what the first elements take: it costs the source nothing. Before 4.0 there is no such command. */
const sizeOf = (key: Buffer): Arg[] => ['MEMORY', 'USAGE', key];
