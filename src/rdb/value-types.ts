import { part } from './cursor.js';
import type { Decoder } from './decode/decoder.js';
import { hashFields, hashIn, hashOfExpiring, hashOfRelative } from './decode/hash.js';
import { listIn, listNodes, strings } from './decode/list.js';
import { moduleOpaque } from './decode/module.js';
import { intset, setIn } from './decode/set.js';
import { streamEntries } from './decode/stream.js';
import { string } from './decode/string.js';
import { scoresInBytes, scoresInText, zsetIn } from './decode/zset.js';
import type { Dialect } from './header.js';
import { blob, elements, type Layout, moduleValue, scored, stream, withExpiry } from './layout.js';
import { listpack, ziplist, zipmap } from './packed/index.js';

/** What `TYPE` says of a key. */
export type TypeName = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'module';

/** A row of the table of value types: what stands where, and what it means. */
export interface RdbType {
  type: TypeName;
  /** For messages. */
  name: string;
  layout: Layout;
  /** The RDB version that it came with: servers of that version and later ones know it. */
  since: number;
  /** A decoder for one value: it keeps what earlier rows said of later ones. */
  decoder(): Decoder;
}

const { string: text, length, bytes8 } = part;

const row = (since: number, type: TypeName, name: string, layout: Layout, decoder: () => Decoder): RdbType => {
  return { since, type, name, layout, decoder };
};

/** By the byte that stands before a key. Source: rdb.h of Redis 8.0 and Valkey 9.0. */
const common: Record<number, RdbType> = {
  0: row(1, 'string', 'string', blob, string),
  1: row(1, 'list', 'list', elements(text), strings),
  2: row(1, 'set', 'set', elements(text), strings),
  3: row(1, 'zset', 'zset with scores in text', scored, scoresInText),
  4: row(1, 'hash', 'hash', elements(text, text), hashFields),
  5: row(8, 'zset', 'zset', elements(text, bytes8), scoresInBytes),
  7: row(8, 'module', 'module value', moduleValue, moduleOpaque),
  9: row(2, 'hash', 'hash in a zipmap', blob, hashIn(zipmap)),
  10: row(2, 'list', 'list in a ziplist', blob, listIn(ziplist)),
  11: row(2, 'set', 'set of integers', blob, intset),
  12: row(2, 'zset', 'zset in a ziplist', blob, zsetIn(ziplist)),
  13: row(4, 'hash', 'hash in a ziplist', blob, hashIn(ziplist)),
  14: row(7, 'list', 'list of ziplists', elements(text), listIn(ziplist)),
  15: row(9, 'stream', 'stream of 5.0', stream(1), streamEntries(1)),
  16: row(10, 'hash', 'hash in a listpack', blob, hashIn(listpack)),
  17: row(10, 'zset', 'zset in a listpack', blob, zsetIn(listpack)),
  18: row(10, 'list', 'list of listpacks', elements(length, text), listNodes),
  19: row(10, 'stream', 'stream of 7.0', stream(2), streamEntries(2)),
  20: row(11, 'set', 'set in a listpack', blob, setIn(listpack)),
  21: row(11, 'stream', 'stream of 7.2', stream(3), streamEntries(3)),
};

/** Fields of hashes that expire: the two dialects took the same number for different things. */
const own: Record<Dialect, Record<number, RdbType>> = {
  redis: {
    22: row(12, 'hash', 'hash with expiring fields of 7.4 RC', elements(length, text, text), hashOfRelative),
    23: row(
      12,
      'hash',
      'hash with expiring fields in a listpack of 7.4 RC',
      blob,
      hashIn(listpack, { expiring: true }),
    ),
    24: row(12, 'hash', 'hash with expiring fields', withExpiry(elements(length, text, text)), hashOfRelative),
    25: row(
      12,
      'hash',
      'hash with expiring fields in a listpack',
      withExpiry(blob),
      hashIn(listpack, { expiring: true }),
    ),
  },
  valkey: { 22: row(80, 'hash', 'hash with expiring fields of Valkey', elements(text, text, bytes8), hashOfExpiring) },
};

export const expiringHashes: readonly number[] = [22, 23, 24, 25];

/** The rows that a snapshot of this dialect may have, by their number. */
export const valueTypes: Record<Dialect, readonly (RdbType | undefined)[]> = {
  redis: table('redis'),
  valkey: table('valkey'),
};

function table(dialect: Dialect): (RdbType | undefined)[] {
  const rows = { ...common, ...own[dialect] };
  return Array.from({ length: 26 }, (_, number) => rows[number]);
}
