import { createHash } from 'node:crypto';
import type { Arg } from '../resp/encode.js';
import type { Expected } from '../resp/expected.js';
import type { Reply } from '../resp/reply.js';
import type { Building } from './copy/building.js';
import type { Maker } from './copy/piece.js';
import type { Reading } from './copy/reading.js';

/** What values need of a connection; `RespConnection` is one. */
export interface Asker {
  /** @throws RespError an error reply */
  command(...args: Arg[]): Promise<Reply>;
  /** Error replies are values among the replies. */
  pipeline(commands: readonly (readonly Arg[])[]): Promise<Reply[]>;
  /** Gives the reply to one command to whatever can take it. */
  receive<Result>(args: readonly Arg[], expected: Expected<Result>): Promise<Result>;
}

/** One key as it is on two servers, and how to compare it. */
export interface Pair {
  source: Asker;
  target: Asker;
  key: Buffer;
  /** By how many ms times (expiries of fields, deliveries of stream entries) may differ. */
  toleranceMs: number;
  /** By how many ms expiries of the target are later on purpose. @default 0 */
  expiryShiftMs?: number | undefined;
  /** Both servers know HPEXPIRETIME (Redis 7.4, Valkey 9). */
  fieldExpiry: boolean;
  /** Looked at between two pieces. */
  signal?: AbortSignal | undefined;
}

/** Null when equal; otherwise a digest of what differs and how the source has it: the same again as long as it stays so. */
export type Evidence = string | null;

/** One type of values. */
export interface ValueType {
  /** How to compare a small value by one reply of each side; missing where no reply has everything. */
  whole?: WholeValue;
  /** Compares a value of any size in pieces, so that neither a server nor this process holds it at once. */
  difference(pair: Pair): Promise<Evidence>;
  /**
   * Copies a value of any size in pieces; missing where no commands make such a value.
   * @returns what the target can't hold, in words
   */
  copy?(from: Reading, to: Building): Promise<string[]>;
}

export interface WholeValue {
  command(key: Buffer): Arg[];
  same(source: Reply, target: Reply): boolean;
  /** Makes the value of what `command` answers. */
  maker: Maker;
}

/** Asks both sides the same at the same time. @throws RespError; the signal's reason */
export async function ask({ source, target, signal }: Pair, ...args: Arg[]): Promise<[Reply, Reply]> {
  signal?.throwIfAborted();
  return Promise.all([source.command(...args), target.command(...args)]);
}

export function evidence(...parts: (Reply | undefined)[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(Buffer.isBuffer(part) ? part : String(part)).update('\0');
  return hash.digest('base64url').slice(0, 11);
}
