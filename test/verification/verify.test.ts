import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fillEveryType, oddNames, shapes } from '../lab/index.js';
import { allEqual, type Command, counts, TwoServers } from './two-servers.js';

let two: TwoServers;
beforeAll(async () => {
  two = await TwoServers.start();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const binary = Buffer.from([0, 255, 13, 10, 34]);
const farAway = 4_000_000_000_000;

test('a replica of every type and encoding in several databases is consistent', async () => {
  await fillEveryType(two.source);
  await two.copy();
  const result = await two.verify();
  const keys = 3 * (2 * shapes.length + oddNames.length);
  expect(counts(result)).toEqual(allEqual(keys));
  expect(result).toMatchObject({ verdict: 'consistent', consistency: 1, examples: [], suspects: [] });
  expect(Math.abs(Date.parse(result.at) - Date.now())).toBeLessThan(60_000);
});

test('two servers with nothing are consistent', async () => {
  expect(await two.verify()).toMatchObject({ verdict: 'consistent', compared: 0, consistency: 1 });
});

test('payloads that differ by hash seed or by the order of writes are no difference', async () => {
  const fields = Array.from({ length: 1000 }, (_, n) => [`field-${n}`, n]);
  await two.run(
    'source',
    ['HSET', 'hash', ...fields.flat()],
    ['SADD', 'set', ...fields.flat()],
    ['SET', 'text', 12345],
  );
  await two.run('target', ['HSET', 'hash', ...fields.reverse().flat()], ['SADD', 'set', ...fields.flat()]);
  await two.run('target', ['SET', 'text', 1234], ['APPEND', 'text', 5]);
  const dumps = await Promise.all((['source', 'target'] as const).map(side => two[side].cli('DUMP', 'hash')));
  expect(dumps[0]).not.toBe(dumps[1]);
  expect(counts(await two.verify())).toEqual(allEqual(3));
});

describe('what a copy that went its own way has', () => {
  beforeEach(async () => {
    await fillEveryType(two.source);
    await two.copy({ detach: true });
  });

  const rows: [string, Command[], Partial<ReturnType<typeof counts>>, string][] = [
    ['another string', [['SET', 'string:raw', 'other', 'KEEPTTL']], { different: 1 }, 'db 0: "string:raw" (different)'],
    ['another element of a list', [['LSET', 'list:long', 4999, '']], { different: 1 }, 'db 0: "list:long" (different)'],
    [
      'another member of a set',
      [['SMOVE', 'set:many', 'set:few', 'member-1']],
      { different: 2 },
      '"set:many" (different)',
    ],
    ['another score', [['ZADD', 'zset:skiplist', 1, 'member-0']], { different: 1 }, '"zset:skiplist" (different)'],
    ['another field', [['HSET', 'hash:hashtable', 'field-0', 'x']], { different: 1 }, '"hash:hashtable" (different)'],
    [
      'another pending entry',
      [['XACK', 'stream:groups', 'readers', '4-0']],
      { different: 1 },
      '"stream:groups" (different)',
    ],
    [
      'another type',
      [
        ['DEL', 'set:few'],
        ['HSET', 'set:few', 'a', 1],
      ],
      { different: 1 },
      '"set:few" (different)',
    ],
    ['no expiry', [['PERSIST', 'string:int:expiring']], { different: 1 }, '"string:int:expiring" (ttl)'],
    ['an expiry', [['PEXPIREAT', 'list:short', farAway]], { different: 1 }, '"list:short" (ttl)'],
    [
      'another expiry',
      [['PEXPIREAT', 'hash:listpack:expiring', farAway]],
      { different: 1 },
      '"hash:listpack:expiring" (ttl)',
    ],
    ['one key less', [['DEL', 'zset:geo']], { missing: 1 }, 'db 0: "zset:geo" (missing)'],
    ['one key more', [['SET', 'more', 1]], { extra: 1 }, 'db 0: "more" (extra)'],
    ['another name', [['RENAME', 'stream:plain', 'renamed']], { missing: 1, extra: 1 }, '"stream:plain" (missing)'],
    ['another database', [['MOVE', 'string:empty', 7]], { missing: 1, extra: 1 }, 'db 7: "string:empty" (extra)'],
    ['the empty key changed', [['HSET', '', 'named', 'x']], { different: 1 }, 'db 0: "" (different)'],
    [
      'a binary key less',
      [['DEL', Buffer.from([0, 255, 13, 10, 32, 34, 123, 125])]],
      { missing: 1 },
      String.raw`"\x00\xff\r\n \"{}" (missing)`,
    ],
    [
      'a binary key more',
      [
        ['SELECT', 15],
        ['SET', binary, 1],
      ],
      { extra: 1 },
      String.raw`db 15: "\x00\xff\r\n\"" (extra)`,
    ],
    ['a whole database less', [['SELECT', 3], ['FLUSHDB']], { missing: 2 * shapes.length + oddNames.length }, 'db 3: '],
  ];
  test.each(rows)('%s', async (_, commands, expected, example) => {
    await two.run('target', ...commands);
    const result = await two.verify({ rounds: 1, maxExamples: 100 });
    const keys = 3 * (2 * shapes.length + oddNames.length) + (expected.extra ?? 0);
    expect(counts(result)).toEqual({ ...allEqual(keys), ...expected });
    expect(result.verdict).toBe('different');
    expect(result.examples).toContainEqual(expect.stringContaining(example));
    const wrong = (expected.different ?? 0) + (expected.missing ?? 0) + (expected.extra ?? 0);
    expect(result.consistency).toBeCloseTo(1 - wrong / keys, 10);
    expect(result.suspects).toHaveLength(wrong);
  });
});

test('expiries may differ by the tolerance, and not by more', async () => {
  await two.run('source', ['SET', 'a', 1, 'PXAT', farAway], ['RPUSH', 'b', 1], ['PEXPIREAT', 'b', farAway]);
  await two.run('target', ['SET', 'a', 1, 'PXAT', farAway + 500], ['RPUSH', 'b', 1], ['PEXPIREAT', 'b', farAway - 500]);
  expect(counts(await two.verify({ rounds: 0, ttlToleranceMs: 500 }))).toEqual(allEqual(2));
  expect(await two.verify({ rounds: 0, ttlToleranceMs: 499 })).toMatchObject({ different: 2, verdict: 'different' });
});

test('another expiry is found where the payloads say nothing', async () => {
  const fields = Array.from({ length: 1000 }, (_, n) => [`field-${n}`, n]);
  await two.run('source', ['HSET', 'hash', ...fields.flat()], ['PEXPIREAT', 'hash', farAway]);
  await two.run('target', ['HSET', 'hash', ...fields.reverse().flat()], ['PEXPIREAT', 'hash', farAway + 5000]);
  expect((await two.verify({ rounds: 1 })).examples).toEqual(['db 0: "hash" (ttl)']);
});

test("the product's own keys are ignored on both sides", async () => {
  await two.run('source', ['SET', '__redis-migration:lock', 1], ['SET', '__redis-migration', 1]);
  await two.run('target', ['SET', '__redis-migration:promoted', 1], ['SET', '__redis-migration', 1]);
  for (const mode of ['full', 'keys', 'sample'] as const)
    expect(counts(await two.verify({ mode }))).toEqual(allEqual(1));
});

describe('keys that have expired but are not removed yet', () => {
  const expired: Command[] = [
    ['DEBUG', 'SET-ACTIVE-EXPIRE', 0],
    ['SET', 'old', 1, 'PX', 1],
    ['RPUSH', 'also old', 1],
    ['PEXPIRE', 'also old', 1],
  ];

  test.each([['both sides'], ['source'], ['target']] as const)('on %s are no difference', async where => {
    await two.both(['SET', 'alive', 1]);
    for (const side of ['source', 'target'] as const)
      if (where === 'both sides' || where === side) await two.run(side, ...expired);
    await new Promise(resolve => setTimeout(resolve, 5)); // the expiry itself, not a condition
    for (const mode of ['full', 'keys'] as const)
      expect(counts(await two.verify({ mode, rounds: 0 }))).toEqual(allEqual(1));
    await two.both(['DEBUG', 'SET-ACTIVE-EXPIRE', 1]);
  });
});
