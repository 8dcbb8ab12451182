import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../../src/resp/reply.js';
import { compareValue } from '../../src/values/compare-value.js';
import { copyValue } from '../../src/values/copy-value.js';
import { hugeShapes } from '../lab/index.js';
import { startTwo, type TwoServers } from './support.js';

const longestMicros = 50_000;

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo({ persistence: 'none', config: { 'slowlog-log-slower-than': String(longestMicros) } });
});
afterAll(() => two.stop());

/** Made on the server, so that this process has not grown before it begins. */
const script = (body: string): string => `for i = 1, tonumber(ARGV[1]) do ${body} end`;
const values: Record<string, readonly [count: number, body: string]> = {
  'a hash of a million fields': [1_000_000, "redis.call('HSET', KEYS[1], 'field-' .. i, ('value-' .. i):rep(5))"],
  'a list of 240 MB': [60_000, "redis.call('RPUSH', KEYS[1], (i .. ' '):rep(1000):sub(1, 4000))"],
  'a list of a million elements': [1_000_000, "redis.call('RPUSH', KEYS[1], i)"],
  'a sorted set of 300,000 members': [300_000, "redis.call('ZADD', KEYS[1], i / 7, 'member-' .. i)"],
  'a set of 300,000 members': [300_000, "redis.call('SADD', KEYS[1], 'member-' .. i)"],
  'a stream of 200,000 entries': [200_000, "redis.call('XADD', KEYS[1], i .. '-0', 'field', 'value-' .. i)"],
};

const key = Buffer.from('key');
const digestOf = (side: 'source' | 'target') => two[side].command('DEBUG', 'DIGEST-VALUE', key);

async function copyWatched(): Promise<{ grownBytes: number }> {
  for (const side of [two.source, two.target]) await side.command('SLOWLOG', 'RESET');
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  const { outcome, unheld } = await copyValue({ ...two, key, targetKey: key, replace: true });
  clearInterval(timer);
  expect({ outcome, unheld }).toEqual({ outcome: 'copied', unheld: [] });
  return { grownBytes: most - before };
}

test.each(Object.entries(values))(
  '%s is copied in little memory, and stops neither server',
  async (_, [count, body]) => {
    await two.clear();
    await two.source.command('EVAL', script(body), 1, key, count);
    let slow: Reply[] = [];
    // The servers' clocks run on when another process has their core: what is slow by itself is so each time.
    for (let attempt = 0; attempt < 6 && (attempt === 0 || slow.length > 0); attempt++) {
      expect((await copyWatched()).grownBytes).toBeLessThan(60 << 20);
      slow = (await Promise.all([two.source, two.target].map(side => side.command('SLOWLOG', 'GET')))).flat();
    }
    expect(slow).toEqual([]);
    expect(await digestOf('target')).toEqual(await digestOf('source'));
  },
  120_000,
);

test.each(hugeShapes)('$name is copied in little memory', async ({ make }) => {
  await two.clear();
  await two.run('source', make(key));
  expect((await copyWatched()).grownBytes).toBeLessThan(60 << 20);
  expect(await digestOf('target')).toEqual(await digestOf('source'));
  expect((await compareValue(two.pair(key))).outcome).toBe('same');
});

test('big elements do not come many at a time', async () => {
  await two.clear();
  await two.run('source', [['RPUSH', key, ...Array.from({ length: 100 }, (_, n) => `small-${n}`)]]);
  const big = Buffer.alloc(4 << 20, 'big');
  for (let n = 0; n < 40; n++) await two.run('source', [['RPUSH', key, big]]);
  expect((await copyWatched()).grownBytes).toBeLessThan(120 << 20);
  expect(await digestOf('target')).toEqual(await digestOf('source'));
});
