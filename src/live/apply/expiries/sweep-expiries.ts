import type { Writer } from '../../../copy/writers.js';
import { infoOf } from '../../../keys/info-of.js';
import { everything, ScanFeed } from '../../../keys/scan-feed.js';
import { RespConnection } from '../../../resp/connection.js';
import { refused } from '../../../resp/failure.js';
import { type Reply, RespError } from '../../../resp/reply.js';
import type { Endpoint } from '../../../server/endpoint.js';
import { keysByDatabase } from '../../../server/info.js';
import { abilities } from '../../../values/copy/abilities.js';
import { farExpiry } from '../../stream/index.js';
import { Unshift } from './unshift.js';

export interface ExpirySweep {
  shiftMs: number;
  writer: Writer;
  signal?: AbortSignal;
  /** Where an earlier one was. @default the beginning */
  resume?: SweepPlace | null;
  /** Called after each page. */
  onPage?(place: SweepPlace, swept: SweptExpiries): void;
}

/** SCAN's cursor in a database of the target: of the same process only. */
export interface SweepPlace {
  db: number;
  cursor: string;
}

export interface SweptExpiries {
  keys: number;
  fields: number;
  /** Those that were written again and again while they were tried, where no script may be run. */
  left: number;
}

const keysAPage = 500;
const fieldsAPage = 500;

/**
 * Takes the shift off every key and hash field of a target whose expiry lies beyond it. An application may write
 * meanwhile; done again, nothing changes.
 * @throws MigrationError; the signal's reason
 */
export async function sweepExpiries(target: Endpoint, sweep: ExpirySweep): Promise<SweptExpiries> {
  const connection = await RespConnection.open(target, { name: sweep.writer.name });
  try {
    await sweep.writer.admit();
    const [info, unshift] = await Promise.all([
      infoOf(connection),
      Unshift.begin(connection, sweep.shiftMs, farExpiry),
    ]);
    const swept: SweptExpiries = { keys: 0, fields: 0, left: 0 };
    const resume = sweep.resume ?? { db: 0, cursor: '0' };
    for (const db of [...keysByDatabase(info).keys()].sort((one, other) => one - other))
      if (db >= resume.db)
        await sweepDatabase(connection, unshift, { db, cursor: db === resume.db ? resume.cursor : '0' }, sweep, swept);
    return swept;
  } finally {
    connection.close();
  }
}

async function sweepDatabase(
  connection: RespConnection,
  unshift: Unshift,
  { db, cursor }: SweepPlace,
  { signal, onPage }: ExpirySweep,
  swept: SweptExpiries,
): Promise<void> {
  await ask(connection, 'SELECT', db);
  const { fieldExpiry } = await abilities(connection);
  const feed = new ScanFeed(connection, { cursor, count: () => keysAPage, range: everything });
  for (let page = await feed.next(); page; page = await feed.next()) {
    signal?.throwIfAborted();
    const keys = page.keys.all();
    if (keys.length > 0) swept.keys += await unshift.keys(keys);
    if (fieldExpiry)
      for (const key of await hashesAmong(connection, keys))
        swept.fields += await sweepFields(connection, unshift, key);
    swept.left = unshift.left;
    onPage?.({ db, cursor: page.cursor }, swept);
    feed.recycle(page);
  }
}

async function hashesAmong(connection: RespConnection, keys: readonly Buffer[]): Promise<Buffer[]> {
  const types = await connection.pipeline(keys.map(key => ['TYPE', key]));
  return keys.filter((_, index) => String(types[index]) === 'hash');
}

/** A hash that was deleted, or is another type now, has no fields. */
async function sweepFields(connection: RespConnection, unshift: Unshift, key: Buffer): Promise<number> {
  let swept = 0;
  for (let cursor = '0', first = true; first || cursor !== '0'; first = false) {
    const [reply] = await connection.pipeline([['HSCAN', key, cursor, 'COUNT', fieldsAPage, 'NOVALUES']]);
    if (reply instanceof RespError && reply.code === 'WRONGTYPE') return swept;
    if (reply instanceof RespError) throw refused(connection.endpoint, 'HSCAN', reply);
    const [next, fields] = reply as [Buffer, Buffer[]];
    for (let at = 0; at < fields.length; at += fieldsAPage)
      swept += await unshift.fields(key, fields.slice(at, at + fieldsAPage));
    cursor = String(next);
  }
  return swept;
}

async function ask(connection: RespConnection, ...command: [string, ...(string | number)[]]): Promise<Reply> {
  const [reply] = await connection.pipeline([command]);
  if (reply instanceof RespError) throw refused(connection.endpoint, command[0], reply);
  return reply as Reply;
}
