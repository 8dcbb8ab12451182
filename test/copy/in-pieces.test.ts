import { describe, expect, test } from 'vitest';
import { copyPartition } from '../../src/copy/index.js';
import { contents, fill, fillEveryType, serverVersions, startRedis } from '../lab/index.js';
import { anybody, copyAll, digestOf, endpoint, requestOf, totals } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();
const never = new AbortController().signal;

const makeBig = async () => {
  await fill(source, { keys: 2000 });
  const big = [
    ['string', "redis.call('SET', KEYS[1], string.rep('x', 8000000))"],
    ['list', "for n = 1, 40000 do redis.call('RPUSH', KEYS[1], 'element ' .. n .. string.rep('x', 50)) end"],
    ['hash', "for n = 1, 20000 do redis.call('HSET', KEYS[1], 'field ' .. n, n) end"],
    ['set', "for n = 1, 20000 do redis.call('SADD', KEYS[1], 'member ' .. n) end"],
    ['zset', "for n = 1, 20000 do redis.call('ZADD', KEYS[1], n / 3, 'member ' .. n) end"],
    ['stream', "for n = 1, 20000 do redis.call('XADD', KEYS[1], n .. '-1', 'field', 'value ' .. n) end"],
  ];
  for (const [name, script] of big) await source.cli('EVAL', script as string, '1', `big:${name}`);
  await source.cli('PEXPIREAT', 'big:hash', String(Date.now() + 1e9));
  return big.length;
};

test('big values among small ones', async () => {
  const big = await makeBig();
  expect(totals(await copyAll(source, target))).toMatchObject({ copied: 2000 + big, inPieces: big });
  expect(await digestOf(target)).toBe(await digestOf(source));
  expect(await target.cli('PEXPIRETIME', 'big:hash')).toBe(await source.cli('PEXPIRETIME', 'big:hash'));
});

test('skip: a big value that the target has stays', async () => {
  await makeBig();
  await target.cli('SET', 'big:list', 'of the target');
  expect(totals(await copyAll(source, target, { onConflict: 'skip' }))).toMatchObject({ skipped: 1, copied: 2005 });
  expect(await target.cli('GET', 'big:list')).toBe('of the target');
});

test('where keys may not be weighed, their payload shows that they are big', async () => {
  await makeBig();
  await source.cli('ACL', 'SETUSER', 'weightless', 'on', '>secret', '~*', '+@all', '-memory');
  const login = { username: 'weightless', password: 'secret' };
  const endpoints = { source: { ...endpoint('source', source), ...login }, target: endpoint('target', target) };
  // A repeated byte makes a small payload: this one is what LZF can't make smaller.
  const random =
    "local s = {} for n = 1, 800000 do s[n] = string.char(math.random(0, 255)) end redis.call('SET', KEYS[1], string.rep(table.concat(s), 8))";
  await source.cli('EVAL', random, '1', 'big:random');
  const whole = { db: 0, from: '0', to: null };
  const { progress } = await copyPartition(endpoints, requestOf(whole), {
    onProgress: () => {},
    signal: never,
    writer: anybody,
  });
  expect(progress).toMatchObject({ done: true, copied: 2007 });
  expect(await digestOf(target)).toBe(await digestOf(source));
});

describe.skipIf(!serverVersions().includes('8.0'))('a target that is older than the source', () => {
  test('gets every key by native commands', async () => {
    const newer = await startRedis({ version: '8.0', persistence: 'none' });
    try {
      await fillEveryType(newer);
      const all = await contents(newer, { acrossVersions: true });
      const reports = await copyAll(newer, target);

      expect(totals(reports)).toMatchObject({ copied: all.size, inPieces: all.size });
      expect(await contents(target, { acrossVersions: true })).toEqual(all);
    } finally {
      await newer.discard();
    }
  });
});
