import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Selection } from '../../src/selection/selection.js';
import { type VerificationHooks, type VerificationOptions, verify } from '../../src/verification/index.js';
import { dataOf, empty, type Side, seedOf, sendTo, useClusters } from '../copy/clusters.js';
import { anybody, copyAll, endpoint } from '../copy/support.js';
import { keySlot, type RedisCluster, type RedisServer, type SlotRange, startRedis, waitFor } from '../lab/index.js';

const clusters = useClusters();
let alone: RedisServer;
beforeAll(async () => {
  alone = await startRedis({ persistence: 'none', config: { databases: '1' } });
  // Other slots than the source's.
  const [first, second] = (await clusters.target.primaries()) as [RedisServer, RedisServer];
  await clusters.target.reshard({ from: 5000, to: 5050, source: first, target: second });
  await clusters.target.untilStable();
});
afterAll(() => alone?.discard());
beforeEach(() => empty(clusters.source, clusters.target, alone));

const repair = { deleteExtra: true, writer: anybody };

const compare = async (from: Side, to: Side, options: VerificationOptions = {}, hooks: VerificationHooks = {}) =>
  verify(
    endpoint('source', await seedOf(from)),
    endpoint('target', await seedOf(to)),
    { rounds: 1, ...options },
    hooks,
  );

const both = async (from: Side, to: Side): Promise<void> => {
  await copyAll(await seedOf(from), await seedOf(to));
  expect(await dataOf(to)).toEqual(await dataOf(from));
};

const planted = { different: 2, missing: 1, extra: 1 };

/** Another value, another expiry, one missing, one more. */
async function plant(target: Side): Promise<void> {
  const change = (key: string, ...command: string[]) =>
    'cli' in target ? target.cli(...command) : sendTo(target, key, ...command);
  await change('key:1', 'SET', 'key:1', 'changed');
  await change('key:2', 'PEXPIRE', 'key:2', '100000000');
  await change('key:3', 'DEL', 'key:3');
  await change('more', 'SET', 'more', '1');
}

test.each([
  ['a cluster', 'one with other slots', () => [clusters.source, clusters.target]],
  ['a cluster', 'a server', () => [clusters.source, alone]],
  ['a server', 'a cluster', () => [alone, clusters.target]],
] as const)(
  'between %s and %s equal contents are found equal, and what differs is found and mended',
  async (_from, _to, sides) => {
    const [from, to] = sides() as [Side, Side];
    await clusters.source.fillEveryType();
    await clusters.source.fill({ keys: 1000 });
    if (from !== clusters.source) await both(clusters.source, from);
    await both(from, to);
    const all = (await dataOf(from)).size;
    expect(await compare(from, to)).toMatchObject({ verdict: 'consistent', compared: all, scanned: all });
    await plant(to);
    expect(await compare(from, to)).toMatchObject({ verdict: 'different', ...planted, compared: all + 1 });
    expect(await compare(from, to, { mode: 'keys' })).toMatchObject({ verdict: 'different', missing: 1, extra: 1 });
    expect(await compare(from, to, { mode: 'sample', sampleSize: 30 })).toMatchObject({
      consistency: expect.any(Number),
    });
    expect(await compare(from, to, { repair })).toMatchObject({ verdict: 'consistent', repaired: 4 });
    expect(await dataOf(to)).toEqual(await dataOf(from));
  },
);

test('a renamed prefix leads to other slots', async () => {
  await clusters.source.fill({ keys: 500, prefix: 'old' });
  const selection = Selection.of({ filter: null, rename: { databases: {}, prefix: { from: 'old:', to: 'new:' } } });
  await copyAll(await seedOf(clusters.source), await seedOf(clusters.target), { selection });
  expect(await compare(clusters.source, clusters.target, { selection })).toMatchObject({
    verdict: 'consistent',
    compared: 500,
  });
  await sendTo(clusters.target, 'new:7', 'DEL', 'new:7');
  expect(await compare(clusters.source, clusters.target, { selection, repair })).toMatchObject({ repaired: 1 });
  expect((await dataOf(clusters.target)).size).toBe(500);
});

test('goes on from a checkpoint as long as the cluster is what it was', async () => {
  await clusters.source.fill({ keys: 5000 });
  await both(clusters.source, clusters.target);
  const stop = new AbortController();
  const checkpoints: { scanned: number }[] = [];
  const onProgress: VerificationHooks['onProgress'] = progress => {
    checkpoints.push(progress);
    if (progress.scanned > 2500) stop.abort();
  };
  await expect(compare(clusters.source, clusters.target, {}, { onProgress, signal: stop.signal })).rejects.toThrow();
  const resume = checkpoints.at(-1) as NonNullable<VerificationHooks['resume']>;
  const going: number[] = [];
  const again = await compare(
    clusters.source,
    clusters.target,
    {},
    { resume, onProgress: ({ scanned }) => void going.push(scanned) },
  );
  expect(again).toMatchObject({ verdict: 'consistent', compared: 5000, scanned: 5000 });
  expect(going[0]).toBeGreaterThan(2500);
});

describe.each(['source', 'target'] as const)('while it compares, on the %s', side => {
  const keys = 6000;
  const meanwhile = async (
    happens: (cluster: RedisCluster) => Promise<unknown>,
    plantMore?: () => Promise<void>,
  ): Promise<void> => {
    await clusters.source.fill({ keys });
    await both(clusters.source, clusters.target);
    await plant(clusters.target);
    await plantMore?.();
    const different = planted.different + (plantMore ? 1 : 0);
    let scanned = 0;
    const comparing = compare(
      clusters.source,
      clusters.target,
      { rate: { maxKeysPerSecond: 3000, maxBytesPerSecond: null } },
      {
        onProgress: progress => {
          ({ scanned } = progress);
        },
      },
    );
    // The first primary is done by then, the second isn't.
    await waitFor(() => scanned > keys * 0.4, { what: 'the second primary', everyMs: 5 });
    await happens(clusters[side]);
    expect(await comparing).toMatchObject({ verdict: 'different', ...planted, different });
    expect(await compare(clusters.source, clusters.target, { repair })).toMatchObject({ verdict: 'consistent' });
    expect(await dataOf(clusters.target)).toEqual(await dataOf(clusters.source));
  };

  test('keys that move to where it has been are not missed', async () => {
    const ranges = await clusters[side].slots();
    const order = [...new Set(ranges.map(({ primary }) => primary))].sort((one, other) => one.port - other.port);
    const [first, , last] = order as [RedisServer, RedisServer, RedisServer];
    const { from } = ranges.find(range => range.primary === last && range.to - range.from > 100) as SlotRange;
    const names = Array.from({ length: keys }, (_, n) => `key:${n}`).slice(10);
    const moving = names.find(name => {
      const slot = keySlot(Buffer.from(name));
      return from <= slot && slot <= from + 100;
    }) as string;
    await meanwhile(
      cluster => cluster.reshard({ from, to: from + 100, source: last, target: first }),
      async () => void (await sendTo(clusters.target, moving, 'SET', moving, 'changed')),
    );
  });

  test('a replica takes over by kill', () =>
    meanwhile(async cluster => {
      const primary = (await cluster.primaries())[1] as RedisServer;
      await cluster.failover(primary, { by: 'kill' });
      await primary.restart();
    }));
});
