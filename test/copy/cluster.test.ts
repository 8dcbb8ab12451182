import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RedisCluster, type RedisServer, startRedis, waitFor } from '../lab/index.js';
import { dataOf, empty, type Side, seedOf, sendTo, useClusters } from './clusters.js';
import { type CopyAll, copyAll, totals, unlimited } from './support.js';

const clusters = useClusters();
let alone: RedisServer;
beforeAll(async () => {
  alone = await startRedis({ persistence: 'none', config: { databases: '1' } });
  // Other slots than the source's.
  const [first, second] = (await clusters.target.primaries()) as [RedisServer, RedisServer];
  await clusters.target.reshard({ from: 5000, to: 5100, source: first, target: second });
  await clusters.target.untilStable();
});
afterAll(() => alone?.discard());
beforeEach(() => empty(clusters.source, clusters.target, alone));

const keys = 12_000;
/** Slow enough for something to happen meanwhile. */
const paced = { ...unlimited, maxKeysPerSecond: 4000 };

const copy = async (from: Side, to: Side, options: CopyAll = {}) =>
  copyAll(await seedOf(from), await seedOf(to), options);

const fillWith = async (cluster: RedisCluster): Promise<void> => {
  await cluster.fillEveryType();
  await cluster.fill({ keys });
};

describe('every type', () => {
  test('from a cluster to one with other slots', async () => {
    await fillWith(clusters.source);
    const reports = await copy(clusters.source, clusters.target);
    expect(reports.map(({ finding }) => finding)).toEqual([null, null, null]);
    expect(await dataOf(clusters.target)).toEqual(await dataOf(clusters.source));
  });

  test('from a cluster to a server', async () => {
    await fillWith(clusters.source);
    await copy(clusters.source, alone);
    expect(await dataOf(alone)).toEqual(await dataOf(clusters.source));
  });

  test('from a server to a cluster', async () => {
    await clusters.source.fillEveryType();
    await copy(clusters.source, alone);
    await copy(alone, clusters.target);
    expect(await dataOf(clusters.target)).toEqual(await dataOf(alone));
  });
});

test('big values go in pieces to the node of their slot', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `big:${n}`);
  for (const name of names) {
    const script = "for n = 1, 20000 do redis.call('RPUSH', KEYS[1], 'element ' .. n .. string.rep('x', 50)) end";
    await sendTo(clusters.source, name, 'EVAL', script, '1', name);
  }
  expect(totals(await copy(clusters.source, clusters.target))).toMatchObject({ copied: 12, inPieces: 12 });
  expect(await dataOf(clusters.target)).toEqual(await dataOf(clusters.source));
});

test('check finds what the target has, on whichever node', async () => {
  await clusters.source.fill({ keys: 1000 });
  await clusters.target.fill({ keys: 10 });
  expect(totals(await copy(clusters.source, clusters.target, { mode: 'check' }))).toMatchObject({ conflicts: 10 });
});

describe.each(['source', 'target'] as const)('while it copies, on the %s', side => {
  /** Does something when about a third is copied. */
  const meanwhile = async (happens: (cluster: RedisCluster) => Promise<unknown>): Promise<void> => {
    await fillWith(clusters.source);
    let scanned = 0;
    const copying = copy(clusters.source, clusters.target, {
      rate: paced,
      onProgress: progress => {
        scanned = Math.max(scanned, progress.scanned);
      },
    });
    await waitFor(() => scanned > keys / 9, { what: 'a third of a partition', everyMs: 5 });
    await happens(clusters[side]);
    const reports = await copying;
    expect(reports.map(({ finding, progress }) => [finding, progress.done])).toEqual(reports.map(() => [null, true]));
    // What a replica learns of a stream's groups by the commands of the readers lacks their counters.
    const read = async (cluster: RedisCluster) => cluster.contents({ acrossVersions: true });
    expect(await read(clusters.target)).toEqual(await read(clusters.source));
  };

  test('slots move', () =>
    meanwhile(async cluster => {
      const [first, second, third] = (await cluster.primaries()) as [RedisServer, RedisServer, RedisServer];
      const slots = async (server: RedisServer) =>
        (await cluster.slots()).find(({ primary }) => primary === server)?.from as number;
      for (const [source, target] of [
        [first, third],
        [third, second],
      ] as const) {
        const from = await slots(source);
        await cluster.reshard({ from, to: from + 80, source, target });
      }
    }));

  test.each(['command', 'kill'] as const)('a replica takes over by %s', by =>
    meanwhile(async cluster => {
      const primary = await cluster.primaryOf('key:1');
      await cluster.failover(primary, { by });
      if (by === 'kill') await primary.restart();
    }),
  );
});
