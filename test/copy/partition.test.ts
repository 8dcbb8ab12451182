import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cut, type Partition, PartitionRange, placeOf } from '../../src/copy/partition.js';
import { planCopy } from '../../src/copy/plan.js';
import { ScanFeed } from '../../src/keys/scan-feed.js';
import { RespConnection } from '../../src/resp/connection.js';
import { fill, type RedisServer, startRedis, waitFor } from '../lab/index.js';
import { endpoint, everything } from './support.js';

const source: RedisServer = await startRedis({ persistence: 'none' });
afterAll(() => source.discard());
beforeEach(async () => {
  await source.cli('FLUSHALL');
});

test('the bounds of partitions follow each other in the order of the scan, from its beginning to its end', () => {
  const partitions = cut(3, 8);
  expect(partitions.map(({ from }) => from)).toEqual(['0', '4', '2', '6', '1', '5', '3', '7']);
  expect(partitions.map(({ to }) => to)).toEqual(['4', '2', '6', '1', '5', '3', '7', null]);
  expect(partitions.map(({ from }) => placeOf(from))).toEqual(
    Array.from({ length: 8 }, (_, index) => BigInt(index) << 61n),
  );
});

/** Scans a partition page by page; `between` happens after each. */
async function scan(partition: Partition, count: number, between: () => Promise<unknown> = async () => {}) {
  const connection = await RespConnection.open(endpoint('source', source));
  try {
    const names: string[] = [];
    const range = new PartitionRange(partition);
    const feed = new ScanFeed(connection, { cursor: partition.from, count: () => count, range });
    for (let page = await feed.next(); page; page = await feed.next()) {
      for (let index = 0; index < page.keys.count; index++) names.push(page.keys.key(index).toString());
      await between();
    }
    return names;
  } finally {
    connection.close();
  }
}

describe.each([1, 8])('%i partitions together', count => {
  test('have every key, and hardly one twice', async () => {
    await fill(source, { keys: 20_000 });
    const names = (await Promise.all(cut(0, count).map(partition => scan(partition, 100)))).flat();
    expect(new Set(names).size).toBe(20_000);
    expect(names.length).toBeLessThan(20_000 * 1.01 + 10 * count);
  });

  test('have every key that was there all the time, while the table grows and shrinks', async () => {
    await fill(source, { keys: 4000, prefix: 'lasting' });
    let round = 0;
    // The table has 4096 buckets, then 65536, then fewer again; on the way there it is two tables.
    const resize = async () => {
      if (++round > 12) return;
      if (round % 2) await fill(source, { keys: 40_000, prefix: 'passing', bytes: 1 });
      else await shrink();
    };
    const seen = new Set<string>();
    for (const partition of cut(0, count)) for (const name of await scan(partition, 200, resize)) seen.add(name);
    const lasting = [...seen].filter(name => name.startsWith('lasting'));
    expect(lasting).toHaveLength(4000);
    expect(round).toBeGreaterThan(12);
  });
});

/** Deletes what `fill` added, and waits until the server begins to make its table smaller. */
async function shrink(): Promise<void> {
  await source.cli('EVAL', "for n = 0, 39999 do redis.call('UNLINK', 'passing:' .. n) end", '0');
  const tables = () => source.cli('DEBUG', 'HTSTATS', '0');
  const begun = (stats: string) => /rehashing target/.test(stats) || !/table size: 65536/.test(stats);
  await waitFor(tables, { what: 'a smaller table', until: begun });
}

describe('a plan', () => {
  const endpoints = { source: endpoint('source', source), target: endpoint('target', source) };
  const plan = (partitions: number) => planCopy(endpoints, everything, { partitions });

  test('cuts a database with many keys, and leaves small ones whole', async () => {
    await fill(source, { keys: 400_000, bytes: 1 });
    await fill(source, { keys: 10, database: 3 });
    const { partitions, keysTotal } = await plan(4);
    expect(keysTotal).toBe(400_010);
    expect(partitions).toEqual([...cut(0, 4), { db: 3, from: '0', to: null }]);
  });

  test('has no partition where there is no key, and takes the own keys of the product for none', async () => {
    await source.cli('SET', '__redis-migration:lock', '1');
    expect(await plan(4)).toMatchObject({ targetWasEmpty: true, partitions: cut(0, 1) });
    await source.cli('SET', 'other', '1');
    expect(await plan(4)).toMatchObject({ targetWasEmpty: false });
    await source.cli('FLUSHALL');
    expect(await plan(4)).toMatchObject({ targetWasEmpty: true, partitions: [], keysTotal: 0 });
  });
});
