import type { RespConnection } from '../resp/connection.js';
import { RespError } from '../resp/reply.js';
import { abilities } from './copy/abilities.js';
import { readWhole, type WholeKey } from './copy/whole-read.js';
import { Filling, Replacing } from './copy/whole-write.js';
import { copyValue, type ValueCopied } from './copy-value.js';
import { valueType } from './table.js';

/** Some hundred keys at a time, since they are read in one transaction. The connections are this call's alone while it runs. */
export interface CopyValues {
  source: RespConnection;
  target: RespConnection;
  keys: readonly Buffer[];
  /** As many, in the same order; on a cluster all of one node. */
  targetKeys: readonly Buffer[];
  /** False: keys that are there already are left as they are. */
  replace: boolean;
  /** Looked at between the keys that are copied one by one. */
  signal?: AbortSignal | undefined;
}

export interface ValuesCopied {
  copied: number;
  /** The target has the key already, or can't hold such a value (then that is in `unheld`). */
  skipped: number;
  gone: number;
  /** Those whose value changed each time while it was being copied. */
  busy: Buffer[];
  /** What the target could not hold, in words: `stream "x": entries-added`. */
  unheld: string[];
  /** Read and written. */
  bytes: number;
}

/** Beyond this the values of a batch are copied one by one, in pieces. */
const mostBytes = 16 << 20;

/**
 * Copies small values by the commands of their types: all are read at once and written at once. What can't go that way
 * (a stream, a hash where fields may expire) is copied by `copyValue`.
 * @throws RespError of either side; MigrationError Unreachable; the signal's reason. Then the batch may be copied again.
 */
export async function copyValues(request: CopyValues): Promise<ValuesCopied> {
  request.signal?.throwIfAborted();
  const done: ValuesCopied = { copied: 0, skipped: 0, gone: 0, busy: [], unheld: [], bytes: 0 };
  const { whole, others } = await sort(request, done);
  if (whole.length > 0) others.push(...(await copyWhole(request, whole, done)));
  for (const { key, place } of others) count(await copyValue({ ...request, key, targetKey: place }), key, done);
  return done;
}

type Key = Pick<WholeKey, 'key' | 'place'>;

/** Finds the types, and what they can be read by. */
async function sort({ source, keys, targetKeys }: CopyValues, done: ValuesCopied) {
  const types = await source.pipeline(keys.map(key => ['TYPE', key]));
  const whole: WholeKey[] = [];
  const others: Key[] = [];
  for (const [index, reply] of types.entries()) {
    if (reply instanceof RespError) throw reply;
    const type = String(reply);
    const { whole: value } = valueType(type);
    const key = { key: keys[index] as Buffer, place: targetKeys[index] as Buffer };
    if (type === 'none') done.gone++;
    else if (value) whole.push({ ...key, type, value });
    else others.push(key);
  }
  return { whole, others };
}

/** @returns those that can't be copied so */
async function copyWhole(
  { source, target, replace }: CopyValues,
  keys: readonly WholeKey[],
  done: ValuesCopied,
): Promise<readonly Key[]> {
  const askForFields = (await abilities(source)).fieldExpiry && keys.some(({ type }) => type === 'hash');
  const values = await readWhole(source, keys, { askForFields, mostBytes });
  if (!values) return keys;
  const writing = replace ? new Replacing() : new Filling();
  const others: Key[] = [];
  for (const key of keys) {
    if (!values.next()) done.gone++;
    else if (key.type !== 'hash' || !values.fieldsExpire) writing.add(key, values);
    else {
      values.skip();
      others.push(key);
    }
  }
  const { copied, skipped } = await writing.send(target);
  done.copied += copied;
  done.skipped += skipped;
  done.bytes += values.reply.bytes.length;
  return others;
}

function count({ outcome, unheld, bytes }: ValueCopied, key: Buffer, done: ValuesCopied): void {
  if (outcome === 'busy') done.busy.push(key);
  else done[outcome]++;
  done.unheld.push(...unheld);
  done.bytes += bytes;
}
