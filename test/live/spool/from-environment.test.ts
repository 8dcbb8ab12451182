import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spoolConfiguration } from '../../../src/live/spool/from-environment.js';
import { labDirectory } from '../../lab/reaper.js';

const file = (content: string | Buffer): string => {
  const path = join(mkdtempSync(join(labDirectory(), 'key-')), 'key');
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

describe("a worker's configuration of spools", () => {
  test('has a place of its own and no settings by default', () => {
    const { spoolDir, spool, feed } = spoolConfiguration({});
    expect(spoolDir).toContain('redis-migration-spool');
    expect([spool, feed]).toEqual([{}, { host: null, port: 0 }]);
  });

  test('takes what is said', () => {
    const key = Buffer.alloc(32, 7);
    const env = {
      REDIS_MIGRATION_SPOOL_DIR: '/spool',
      REDIS_MIGRATION_SPOOL_MAX: '50GB',
      REDIS_MIGRATION_SPOOL_FSYNC: 'always',
      REDIS_MIGRATION_SPOOL_KEY_FILE: file(key),
      REDIS_MIGRATION_FEED_HOST: '10.0.0.7',
      REDIS_MIGRATION_FEED_PORT: '7001',
    };
    const spool = { maxBytes: 50e9, fsync: 'always', key };
    expect(spoolConfiguration(env)).toEqual({ spoolDir: '/spool', spool, feed: { host: '10.0.0.7', port: 7001 } });
    const inHex = { REDIS_MIGRATION_SPOOL_KEY_FILE: file(`${key.toString('hex')}\n`) };
    expect(spoolConfiguration(inHex).spool.key).toEqual(key);
  });

  test.each([
    ['REDIS_MIGRATION_SPOOL_MAX', '1MB'],
    ['REDIS_MIGRATION_SPOOL_MAX', 'much'],
    ['REDIS_MIGRATION_SPOOL_FSYNC', 'sometimes'],
    ['REDIS_MIGRATION_FEED_PORT', '70000'],
    ['REDIS_MIGRATION_SPOOL_KEY_FILE', file('short')],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => spoolConfiguration({ [name]: value })).toThrow(name);
  });
});
