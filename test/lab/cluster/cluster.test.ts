import { afterAll, beforeAll, expect, test } from 'vitest';
import { oddNames } from '../fill.js';
import { serverVersions } from '../redis-binary.js';
import { shapes } from '../shapes.js';
import { keySlot } from './key-slot.js';
import type { RedisCluster } from './redis-cluster.js';
import { startCluster } from './start-cluster.js';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startCluster({ password: 'cluster-secret', nodeTimeoutMs: 1000 });
});
afterAll(() => cluster?.discard());

test('three primaries serve all slots, each with a replica', async () => {
  const slots = await cluster.slots();
  expect(slots.map(({ from, to, replicas }) => [from, to, replicas.length])).toEqual([
    [0, 5461, 1],
    [5462, 10_923, 1],
    [10_924, 16_383, 1],
  ]);
  expect(slots.map(({ primary }) => primary)).toEqual(cluster.nodes.slice(0, 3));
});

test('knows the slot of any key as the servers do', async () => {
  const [node] = cluster.nodes;
  for (const key of ['', 'a', '123456789', '{user}:1', 'x{}y', '{{a}}', 'ü{ß}', 'a{b}{c}', '}{'])
    expect(await node?.cli('CLUSTER', 'KEYSLOT', key)).toBe(String(keySlot(Buffer.from(key))));
});

test('is filled over all of its primaries', async () => {
  await cluster.fillEveryType();
  await cluster.fill({ keys: 3000 });
  expect((await cluster.contents()).size).toBe(2 * shapes.length + oddNames.length + 3000);
  for (const primary of await cluster.primaries()) expect(Number(await primary.cli('DBSIZE'))).toBeGreaterThan(900);
});

test('slots move to another primary with their keys, and lead there from the old one', async () => {
  const before = await cluster.contents();
  const [source, target] = (await cluster.primaries()) as [never, never];
  await cluster.reshard({ from: 100, to: 119, source, target });
  await cluster.untilStable();
  expect((await cluster.slots()).map(({ from, to }) => [from, to])).toContainEqual([100, 119]);
  expect(await cluster.contents()).toEqual(before);
});

test('a slot half-way answers ASK for what has moved, and is finished later', async () => {
  const primary = await cluster.primaryOf('{tag}');
  const [target] = (await cluster.primaries()).filter(each => each !== primary) as [typeof primary];
  await cluster.run([[Buffer.from('{tag}'), [1, 2, 3].map(n => ['SET', `{tag}${n}`, n])]]);
  const migration = await cluster.beginMigration(keySlot(Buffer.from('{tag}')), { source: primary, target });
  await migration.moveKeys(2);
  const answers = await Promise.all([1, 2, 3].map(n => primary.cli('GET', `{tag}${n}`).catch(String)));
  expect(answers.filter(answer => answer.includes(`ASK ${migration.slot} ${target.address}`))).toHaveLength(2);
  await migration.moveKeys();
  await migration.finish();
  await cluster.untilStable();
  expect(await cluster.primaryOf('{tag}')).toBe(target);
  expect(await target.cli('GET', '{tag}3')).toBe('3');
});

test.each(['command', 'kill'] as const)('a replica takes over by %s, and nothing is lost', async by => {
  // What a replica learns of a stream's groups by the commands of the readers lacks their counters.
  const read = () => cluster.contents({ acrossVersions: true });
  const before = await read();
  const primary = await cluster.primaryOf('key:1');
  const replica = await cluster.failover(primary, { by });
  expect(await cluster.primaryOf('key:1')).toBe(replica);
  expect(await read()).toEqual(before);
  if (by === 'kill') await primary.restart();
  await cluster.untilStable();
  expect((await primary.info('replication')).role).toBe('slave');
});

test.for(['6.2', 'valkey-8.1'] as const)('clusters of %s start too', async (version, { skip }) => {
  if (!serverVersions().includes(version)) skip('not on this machine');
  const small = await startCluster({ version, primaries: 2, replicas: 1 });
  const slots = await small.slots();
  await small.discard();
  expect(slots.map(({ from, to, replicas }) => [from, to, replicas.length])).toEqual([
    [0, 8191, 1],
    [8192, 16_383, 0],
  ]);
});
