import { ReplyCursor } from '../../keys/reply-cursor.js';
import { ByteBuilder } from '../../resp/bytes.js';
import type { RespConnection } from '../../resp/connection.js';
import { firstError } from '../../resp/first-error.js';
import type { WholeValue } from '../pair.js';
import { abilities } from './abilities.js';
import { isOfChangedKey } from './changed.js';
import { Piece } from './piece.js';

const bulk = 36;
const minus = 45;

/** A key whose value one command reads, and the key that it is to be. */
export interface WholeKey {
  key: Buffer;
  place: Buffer;
  type: string;
  value: WholeValue;
}

/** Values as they came, one after the other. */
export class WholeValues {
  /** Of the key that the cursor is at: Unix time in ms, null without one. */
  expiry: number | null = null;
  /** How many words of the value come next. */
  words = 0;

  constructor(
    readonly reply: ReplyCursor,
    /** Before each expiry comes the time, since it tells only what is left. */
    private readonly timed: boolean,
    /** There are hashes, anywhere on the server, whose fields expire. */
    readonly fieldsExpire: boolean,
  ) {}

  /** Goes on to the next key. @returns false when that is gone */
  next(): boolean {
    const { reply } = this;
    const now = this.timed ? nextTime(reply) : 0;
    reply.next();
    this.expiry = reply.value < 0 ? null : reply.value + now;
    const isString = reply.bytes[reply.end] === bulk && reply.bytes[reply.end + 1] !== minus;
    if (!isString) reply.next();
    this.words = isString ? 1 : reply.value;
    return this.words > 0;
  }

  /** Leaves this key's value out. */
  skip(): void {
    for (let word = 0; word < this.words; word++) this.reply.next();
  }
}

/**
 * Reads values with their expiries in one transaction, so that each is of one moment.
 * @param askForFields whether to find out if fields of hashes expire, where the server knows such a thing
 * @param mostBytes of all replies; beyond it nothing is kept
 * @returns undefined when they are too big, or a key changed its type meanwhile
 * @throws RespError
 */
export async function readWhole(
  source: RespConnection,
  keys: readonly WholeKey[],
  { askForFields, mostBytes }: { askForFields: boolean; mostBytes: number },
): Promise<WholeValues | undefined> {
  const { absoluteTimes } = await abilities(source);
  const request = new Piece();
  request.add('MULTI');
  if (askForFields) request.add('INFO', 'keyspace');
  for (const { key, value } of keys) {
    if (!absoluteTimes) request.add('TIME');
    request.add(absoluteTimes ? 'PEXPIRETIME' : 'PTTL', key);
    request.add(...value.command(key));
  }
  request.add('EXEC');
  const into = new ByteBuilder();
  const { errors, whole } = await source.rawBytes(request.bytes.view(), request.commands, into, mostBytes);
  if (!whole) return undefined;
  if (errors > 0) {
    const error = firstError(into.view(), source.endpoint.side);
    if (isOfChangedKey(error)) return undefined;
    throw error;
  }
  // To each command the transaction's queue answers first, and to EXEC with the array of all.
  const reply = skip(new ReplyCursor(into.view()), request.commands);
  return new WholeValues(reply, !absoluteTimes, askForFields && fieldsExpire(nextText(reply)));
}

function skip(reply: ReplyCursor, replies: number): ReplyCursor {
  for (let at = 0; at < replies; at++) reply.next();
  return reply;
}

function nextText(reply: ReplyCursor): string {
  reply.next();
  return reply.bytes.toString('latin1', reply.from, reply.to);
}

function nextTime(reply: ReplyCursor): number {
  reply.next();
  return Number(nextText(reply)) * 1000 + Math.floor(Number(nextText(reply)) / 1000);
}

/** What Redis from 7.4 and Valkey from 9 tell of each database. https://redis.io/docs/latest/commands/info/ */
const fieldsExpire = (keyspace: string): boolean => /(subexpiry|keys_with_volatile_items)=[1-9]/.test(keyspace);
