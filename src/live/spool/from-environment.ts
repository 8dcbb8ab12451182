import { readFileSync } from 'node:fs';
import { parseSize } from '../../contract/units.js';
import { spoolDirIn } from '../../rdb/file/spool.js';
import type { FeedSettings } from '../feed/point-source.js';
import type { SpoolSettings } from './settings.js';

/** Where a worker keeps the streams that it follows, and how. */
export interface SpoolConfiguration {
  spoolDir: string;
  spool: Partial<SpoolSettings>;
  feed: FeedSettings;
}

const policies = ['second', 'always', 'never'] as const;

/**
 * From `REDIS_MIGRATION_SPOOL_DIR`, `REDIS_MIGRATION_SPOOL_MAX` (a size), `REDIS_MIGRATION_SPOOL_FSYNC`,
 * `REDIS_MIGRATION_SPOOL_KEY_FILE`, `REDIS_MIGRATION_FEED_HOST`
 * and `REDIS_MIGRATION_FEED_PORT`.
 * @throws Error naming the variable, what was expected, and what came
 */
export function spoolConfiguration(env: Readonly<Record<string, string | undefined>>): SpoolConfiguration {
  const { REDIS_MIGRATION_SPOOL_MAX: max, REDIS_MIGRATION_SPOOL_FSYNC: fsync } = env;
  const { REDIS_MIGRATION_SPOOL_KEY_FILE: keyFile } = env;
  return {
    spoolDir: spoolDirIn({ spoolDir: env.REDIS_MIGRATION_SPOOL_DIR || null }),
    feed: { host: env.REDIS_MIGRATION_FEED_HOST || null, port: portOf(env.REDIS_MIGRATION_FEED_PORT) },
    spool: {
      ...(max ? { maxBytes: sizeOf(max) } : {}),
      ...(fsync ? { fsync: policyOf(fsync) } : {}),
      ...(keyFile ? { key: keyIn(keyFile) } : {}),
    },
  };
}

function portOf(value: string | undefined): number {
  if (!value) return 0;
  if (/^\d{1,5}$/.test(value) && Number(value) < 65_536) return Number(value);
  throw new Error(`REDIS_MIGRATION_FEED_PORT: expected a port; came ${JSON.stringify(value)}`);
}

/** 32 bytes, or their 64 hexadecimal digits. */
function keyIn(file: string): Buffer {
  const found = readFileSync(file);
  const text = found.toString('latin1').trim();
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : found;
  if (key.length === keyBytes) return key;
  throw new Error(
    `REDIS_MIGRATION_SPOOL_KEY_FILE: expected a file of ${keyBytes} bytes, or of their 64 hexadecimal digits`,
  );
}

const keyBytes = 32;

function sizeOf(value: string): number {
  const bytes = parseSize(value);
  if (bytes !== undefined && bytes >= least) return bytes;
  throw new Error(
    `REDIS_MIGRATION_SPOOL_MAX: expected a size of at least 16MB, as "50GB"; came ${JSON.stringify(value)}`,
  );
}

const least = 16_000_000;

function policyOf(value: string): SpoolSettings['fsync'] {
  const policy = policies.find(each => each === value);
  if (policy) return policy;
  throw new Error(`REDIS_MIGRATION_SPOOL_FSYNC: expected ${policies.join(', ')}; came ${JSON.stringify(value)}`);
}
