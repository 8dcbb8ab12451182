import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cutWriters, writerName } from '../../src/copy/writers.js';
import { RespConnection } from '../../src/resp/connection.js';
import { connect } from '../../src/server/connect.js';
import {
  keySlot,
  type RedisCluster,
  type RedisServer,
  serverVersions,
  startCluster,
  startRedis,
  waitFor,
} from '../lab/index.js';
import { dataOf, empty, type Side, seedOf, sendTo, useClusters } from './clusters.js';
import { type CopyAll, copyAll, endpoint, totals, unlimited } from './support.js';

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

test.for(['8.0', 'valkey-8.1'] as const)(
  'payloads of %s that the target does not understand go by their types',
  async (version, { skip }) => {
    if (!serverVersions().includes(version)) skip('not on this machine');
    const newer = await startCluster({ version, primaries: 2, replicas: 0 });
    try {
      await newer.fillEveryType();
      await newer.fill({ keys: 500 });
      const { copied, inPieces } = totals(await copy(newer, clusters.target));
      expect(inPieces).toBe(copied);
      const read = async (cluster: RedisCluster) => cluster.contents({ acrossVersions: true });
      expect(await read(clusters.target)).toEqual(await read(newer));
    } finally {
      await newer.discard();
    }
  },
);

test('skip leaves what the target has', async () => {
  await clusters.source.fillEveryType();
  await sendTo(clusters.target, 'user:{42}:name', 'SET', 'user:{42}:name', 'mine');
  expect(totals(await copy(clusters.source, clusters.target, { onConflict: 'skip' }))).toMatchObject({ skipped: 1 });
  expect((await dataOf(clusters.target)).get('0/user:{42}:name')).toMatchObject({ value: 'mine' });
});

test('a slot that stays half-way keeps nobody from the end', async () => {
  await clusters.source.run(
    Array.from({ length: 300 }, (_, n) => [Buffer.from(`{half}${n}`), [['SET', `{half}${n}`, n]]]),
  );
  const primary = await clusters.source.primaryOf('{half}');
  const [other] = (await clusters.source.primaries()).filter(each => each !== primary) as [RedisServer];
  const migration = await clusters.source.beginMigration(keySlot(Buffer.from('{half}')), {
    source: primary,
    target: other,
  });
  await migration.moveKeys(150);
  const reports = await copy(clusters.source, clusters.target);
  expect(reports.filter(({ finding, progress }) => finding || !progress.done)).toEqual([]);
  await migration.moveKeys();
  await migration.finish();
  await clusters.source.untilStable();
  expect(await dataOf(clusters.target)).toEqual(await dataOf(clusters.source));
});

test('the node that was named may die: the cluster is found by the others', async () => {
  await fillWith(clusters.source);
  const [seeds, before] = [await seedOf(clusters.target), await clusters.target.primaries()];
  expect(before[0]).toBe(seeds);
  let scanned = 0;
  const copying = copy(clusters.source, clusters.target, {
    rate: paced,
    sliceMs: 200,
    onProgress: progress => {
      scanned = Math.max(scanned, progress.scanned);
    },
  });
  await waitFor(() => scanned > keys / 9, { what: 'a third of a partition', everyMs: 5 });
  await clusters.target.failover(seeds, { by: 'kill' });
  expect((await copying).map(({ finding }) => finding).filter(Boolean)).toEqual([]);
  expect(await clusters.target.contents({ acrossVersions: true })).toEqual(
    await clusters.source.contents({ acrossVersions: true }),
  );
  await seeds.restart();
  await clusters.target.untilStable();
});

test('where connections are cut, all that write to any node are cut', async () => {
  const nodes = clusters.target.nodes;
  const writers = await Promise.all(
    nodes.map(node => RespConnection.open(endpoint('target', node), { name: writerName('cut') })),
  );
  const server = await connect(endpoint('target', nodes[4] as RedisServer));
  expect(await cutWriters(server, 'another')).toBe(0);
  expect(await cutWriters(server, 'cut')).toBe(6);
  server.close();
  for (const writer of writers) await expect(writer.command('PING')).rejects.toMatchObject({ type: 'Unreachable' });
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
