import { showKey } from '../../keys/key-name.js';
import { ElementWriter } from '../../rdb/apply/element-writer.js';
import { PendingIds } from '../../rdb/apply/pending-ids.js';
import type { Emit } from '../../rdb/decode/decoder.js';
import { footerBytes } from '../../rdb/dump-payload.js';
import { ValueReader } from '../../rdb/value-reader.js';
import { valueTypes } from '../../rdb/value-types.js';
import { parseReplication } from '../../replication/state.js';
import type { RespConnection } from '../../resp/connection.js';
import { refused, unreachable } from '../../resp/failure.js';
import { type Reply, RespError } from '../../resp/reply.js';
import type { Selection } from '../../selection/selection.js';
import { parseInfo } from '../../server/info.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import type { SourceKey } from '../stream/translation.js';
import type { ReverseTranslation } from './reverse-translation.js';
import { WayBackLost } from './way-back-lost.js';

/** That are read at once. */
const mostKeys = 128;

interface Fetched extends SourceKey {
  /** As DUMP gives it; null: there is no such key. */
  payload: Buffer | null;
  /** Unix ms; null: it doesn't expire. */
  expireAt: number | null;
}

/** What the values go through. */
export interface FetchContext {
  target: RespConnection;
  selection: Selection;
  /** Of the source. */
  abilities: Abilities;
}

/**
 * Reads the wanted keys from the target, at one offset of its stream, and writes them out for the source as commands of
 * their types: one that is older may not read the payloads of the target.
 * @throws MigrationError of the target; WayBackLost: a value that can't be said so
 */
export async function fetchKeys(translation: ReverseTranslation, context: FetchContext): Promise<void> {
  while (translation.wanted.length > 0) {
    const wanted = translation.wanted.slice(0, mostKeys);
    const { keys, offset } = await read(context.target, wanted, translation);
    for (const key of keys) writeKey(translation, key, context);
    translation.fetched(wanted.length, offset);
  }
}

async function read(target: RespConnection, keys: readonly SourceKey[], { mark }: ReverseTranslation) {
  const { absoluteTimes } = await abilities(target);
  const expiry = absoluteTimes ? 'PEXPIRETIME' : 'PTTL';
  const each = keys.flatMap(({ db, key }) => [
    ['SELECT', db],
    [expiry, key],
    ['DUMP', key],
  ]);
  const replies = await target.pipeline([['MULTI'], ['INFO', 'replication'], ['TIME'], ...each, ['EXEC']]);
  const executed = replies.at(-1);
  const error = [...replies, ...(Array.isArray(executed) ? executed : [])].find(reply => reply instanceof RespError);
  if (error instanceof RespError) throw refused(target.endpoint, 'the reading of a key', error);
  const [info, time, ...values] = executed as Reply[];
  const { replid, offset } = parseReplication(parseInfo(String(info)));
  if (replid !== mark.replicationId || offset < mark.offset)
    throw unreachable(target.endpoint, new Error('what answers there is not the server whose stream is followed'));
  const now = absoluteTimes ? 0 : milliseconds(time as Reply[]);
  const fetched = keys.map((key, index): Fetched => {
    const [left, payload] = values.slice(index * 3 + 1) as [number, Buffer | null];
    return { ...key, payload, expireAt: left < 0 ? null : left + now };
  });
  return { keys: fetched, offset };
}

const milliseconds = ([seconds, micros]: Reply[]): number =>
  Number(String(seconds)) * 1000 + Math.floor(Number(String(micros)) / 1000);

function writeKey(
  translation: ReverseTranslation,
  { db, key, payload, expireAt }: Fetched,
  context: FetchContext,
): void {
  const { selection } = context;
  const name = selection.targetKey(key);
  translation.select(selection.targetDatabase(db));
  translation.write(['MULTI']);
  translation.write(['DEL', name]);
  if (payload) make(translation, name, payload, context);
  if (payload && expireAt !== null) translation.write(['PEXPIREAT', name, expireAt]);
  translation.write(['EXEC']);
}

function make(translation: ReverseTranslation, name: Buffer, payload: Buffer, context: FetchContext): void {
  const version = payload.readUInt16LE(payload.length - footerBytes);
  const type = valueTypes[version >= 80 ? 'valkey' : 'redis'][payload[0] as number];
  if (!type || type.type === 'module')
    throw new WayBackLost(`${showKey(name)} is of a type that can't be carried back`);
  const end = payload.length - footerBytes;
  const read = (emit: Emit) => new ValueReader(type, { bytes: payload, at: 1, end, base: 0 }).next(emit);
  const writer = new ElementWriter(name, type.type, context.abilities, type.type === 'stream' ? pendingOf(read) : []);
  read(element => writer.add(element));
  writer.end();
  for (const { bytes } of writer.pieces) translation.out.append(bytes.view());
}

function pendingOf(read: (emit: Emit) => void): string[] {
  const pending = new PendingIds();
  read(pending.take);
  return pending.inOrder();
}
