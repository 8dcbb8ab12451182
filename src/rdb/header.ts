import { RdbError } from './rdb-error.js';

/** Redis and its forks agreed up to version 11; Valkey 9 went its own way, under its own name. */
export type Dialect = 'redis' | 'valkey';

export interface RdbHeader {
  dialect: Dialect;
  /** The format's, such as 9 for Redis 5.0 to 6.2, 12 for Redis 7.4 and 8.0, 80 for Valkey 9. */
  version: number;
}

/** Bytes of the header: a name and a version of four digits, or of three after the longer name. */
export const headerBytes = 9;

const known: Record<Dialect, { oldest: number; newest: number }> = {
  redis: { oldest: 4, newest: 12 },
  // By the format's description only: tried with no server.
  valkey: { oldest: 80, newest: 80 },
};
/** Versions of Valkey's own begin here. */
const firstOfValkey = 80;

/** Whether what a server writes by itself can be read here. @param version as at the end of its DUMP payloads */
export function isReadable(version: number): boolean {
  const { oldest, newest } = known[version < firstOfValkey ? 'redis' : 'valkey'];
  return version >= oldest && version <= newest;
}

/** Version from which on a checksum follows the end. */
const firstWithChecksum = 5;

/** @param bytes the first 9 at least. @throws RdbError */
export function readHeader(bytes: Buffer): RdbHeader {
  const found = /^(?:(REDIS)(\d{4})|(VALKEY)(\d{3}))$/.exec(bytes.toString('latin1', 0, headerBytes));
  if (!found) throw new RdbError(0, 'no RDB: it does not begin with REDIS or VALKEY and a version');
  const dialect = found[1] ? 'redis' : 'valkey';
  const version = Number(found[2] ?? found[4]);
  const { oldest, newest } = known[dialect];
  if (version < oldest || version > newest)
    throw new RdbError(0, `RDB version ${version} of ${dialect}, of which ${oldest} to ${newest} can be read`);
  return { dialect, version };
}

export const hasChecksum = ({ version }: RdbHeader): boolean => version >= firstWithChecksum;
