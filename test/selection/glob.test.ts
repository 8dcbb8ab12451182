import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RespConnection } from '../../src/resp/connection.js';
import { RespConnection as Resp } from '../../src/resp/connection.js';
import type { Reply } from '../../src/resp/reply.js';
import { Glob } from '../../src/selection/glob.js';
import { type RedisServer, startRedis } from '../lab/index.js';

const matches = (pattern: string, key: Buffer): boolean => new Glob(pattern).matches(key, 0, key.length);

describe('as a server sees it', () => {
  let redis: RedisServer;
  let connection: RespConnection;
  beforeAll(async () => {
    redis = await startRedis({ persistence: 'none' });
    connection = await Resp.open({ side: 'source', host: redis.host, port: redis.port });
  });
  afterAll(async () => {
    connection.close();
    await redis.discard();
  });

  /** What MATCH lets through, and what ours does, of all keys. */
  async function compare(patterns: readonly string[], keys: readonly Buffer[]): Promise<void> {
    await connection.pipeline([['FLUSHALL'], ...keys.map(key => ['SET', key, ''])]);
    const replies = await connection.pipeline(patterns.map(pattern => ['KEYS', pattern]));
    for (const [index, pattern] of patterns.entries()) {
      const found = (replies[index] as Reply[]).map(key => (key as Buffer).toString('hex')).sort();
      const ours = keys.filter(key => matches(pattern, key)).map(key => key.toString('hex'));
      expect({ pattern, found: [...new Set(ours)].sort() }).toEqual({ pattern, found });
    }
  }

  /** Few different characters, so that there is much to match; ranges over bytes from 128 on depend on the platform. */
  const high = process.arch === 'x64' ? ['é', '\u{1f600}'] : [];
  const pattern = fc.string({ unit: fc.constantFrom(...'aaabbcd**??[[]]^--\\\\:\0', ...high), maxLength: 12 });
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'aaabbcd*?[]^-\\:\0', ...high), maxLength: 8 }).map(text => Buffer.from(text)),
    fc.uint8Array({ maxLength: 4 }).map(bytes => Buffer.from(bytes)),
  );

  test('any patterns and any keys', async () => {
    const sets = fc.tuple(
      fc.array(pattern, { minLength: 60, maxLength: 60 }),
      fc.array(key, { minLength: 60, maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(sets, ([patterns, keys]) => compare(patterns, keys)),
      { numRuns: 100 },
    );
  }, 60_000);

  test('odd patterns', async () => {
    const patterns = [
      ...['', '*', '**', '?', '?*', '*?', 'a*', '*a', '*a*', 'a**b', 'a*?b', '\\*', 'a\\', '\\', '\\\\', '*\\'],
      ...[
        '[',
        '[^',
        '[]',
        '[^]',
        '[a',
        '[^a',
        '[a-',
        '[a-]',
        '[a-c',
        '[c-a]',
        '[--a]',
        '[a-c-e]',
        '[\\',
        '[\\]',
        '[\\]]',
      ],
      ...[
        '[\\a-c]',
        '[a-\\]',
        '[a\\-c]',
        '[]a]',
        '[^]a]',
        '[^^]',
        '[*]',
        '[?]a',
        'a[bc]*d',
        '*[ab][^ab]*',
        '[[]',
        'a]',
        '[a-c]]',
      ],
    ];
    const pieces = ['', 'a', 'b', 'c', 'd', '-', '\\', ']', '[', '^', '*', '?', '`', 'Z', ',', '\0', 'é', '\xff'];
    const keys = pieces.flatMap(one =>
      pieces.flatMap(two => ['', 'd'].map(three => Buffer.from(one + two + three, 'latin1'))),
    );
    await compare(patterns, keys);
  });
});

test('only the given part of the bytes is looked at', () => {
  const bytes = Buffer.from('xxuser:1xx');
  expect(new Glob('user:?').matches(bytes, 2, 8)).toBe(true);
  expect(new Glob('user:?').matches(bytes, 2, 9)).toBe(false);
});

test.each(['a*a*a*a*a*a*a*a*a*a*b', '*a*a*a*a*a*a*a*a*a*[b]?', `${'*?'.repeat(200)}b`])(
  'a hostile pattern takes no longer than the product of the lengths: %s',
  pattern => {
    const key = Buffer.alloc(20_000, 'a');
    const begin = performance.now();
    expect(matches(pattern, key)).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1_000);
  },
);
