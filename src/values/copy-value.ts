import { showKey } from '../keys/key-name.js';
import type { RespConnection } from '../resp/connection.js';
import { RespError } from '../resp/reply.js';
import { Building } from './copy/building.js';
import { isOfChangedKey, ValueChanged } from './copy/changed.js';
import { Reading } from './copy/reading.js';
import { valueType } from './table.js';

/** The connections are this call's alone while it runs (WATCH, MULTI), and in the right databases already. */
export interface CopyValue {
  source: RespConnection;
  target: RespConnection;
  key: Buffer;
  targetKey: Buffer;
  /** False: a key that is there already is left as it is. */
  replace: boolean;
  /** Looked at between two pieces. */
  signal?: AbortSignal | undefined;
}

export interface ValueCopied {
  /**
   * `skipped`: the target has the key already, or can't hold such a value (then that is in `unheld`); `gone`: the source
   * has no such key; `busy`: the value changed each time while it was being copied, and nothing was done.
   */
  outcome: 'copied' | 'skipped' | 'gone' | 'busy';
  /** What the target could not hold, in words: `stream "x": entries-added`. */
  unheld: string[];
  /** Written to the target. */
  bytes: number;
}

const attempts = 3;

/**
 * Copies one key of any size by the commands of its type, in pieces, for what DUMP and RESTORE can't carry: to an older
 * version, another dialect, or too much for one command. The value is that of one moment, and it is all there or not.
 * @throws RespError of either side; MigrationError Unreachable; the signal's reason
 */
export async function copyValue(request: CopyValue): Promise<ValueCopied> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const done = await copyOnce(request);
    if (done) return done;
  }
  return nothingDone('busy');
}

/** @returns undefined when the value changed meanwhile */
async function copyOnce(request: CopyValue): Promise<ValueCopied | undefined> {
  const { source, target, key, targetKey, replace, signal } = request;
  signal?.throwIfAborted();
  if (!replace && (await target.command('EXISTS', targetKey)) === 1) return nothingDone('skipped');
  const from = await Reading.begin(source, key, signal);
  const to = await Building.begin(target, targetKey);
  try {
    return await copyThrough(from, to, replace);
  } catch (error) {
    await Promise.all([from.giveUp(), to.giveUp()]);
    return outcomeOf(error, from);
  }
}

async function copyThrough(from: Reading, to: Building, replace: boolean): Promise<ValueCopied> {
  const { type, key } = from;
  const { copy } = valueType(type);
  if (type === 'none' || !copy) {
    await from.giveUp();
    return type === 'none' ? nothingDone('gone') : cannotHold(from, 'no commands make a value of this type');
  }
  const unheld = await copy(from, to);
  const expiry = await from.finish();
  const outcome = await to.finish(expiry, replace);
  return { outcome, unheld: unheld.map(what => `${type} ${showKey(key)}: ${what}`), bytes: to.bytes };
}

function outcomeOf(error: unknown, from: Reading): ValueCopied | undefined {
  if (error instanceof ValueChanged) return undefined;
  if (!(error instanceof RespError)) throw error;
  if (error.side === 'source' && isOfChangedKey(error)) return undefined;
  // Codes of their own are about the server (OOM, READONLY, NOPERM); ERR is about the command, and would be the same again.
  if (error.side === 'target' && error.code === 'ERR') return cannotHold(from, `the target answers ${wordsOf(error)}`);
  throw error;
}

const nothingDone = (outcome: ValueCopied['outcome']): ValueCopied => ({ outcome, unheld: [], bytes: 0 });

const cannotHold = ({ type, key }: Reading, why: string): ValueCopied => ({
  ...nothingDone('skipped'),
  unheld: [`${type} ${showKey(key)}: all of it, since ${why}`],
});

/** Without the arguments that servers repeat of a command that they don't know: those are data. */
const wordsOf = ({ message }: RespError): string => JSON.stringify(message.replace(/^ERR |, with args.*/gs, ''));
