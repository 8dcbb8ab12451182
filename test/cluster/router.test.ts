import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ClusterRouter } from '../../src/cluster/index.js';
import { keySlot, type RedisCluster, type RedisServer, startCluster, startRedis, waitFor } from '../lab/index.js';
import { ask, endpointOf, openRouter } from './support.js';

let cluster: RedisCluster;
let router: ClusterRouter;
beforeAll(async () => {
  cluster = await startCluster({ password: 'of-all-nodes', nodeTimeoutMs: 1000 });
});
beforeEach(async () => {
  router = await openRouter((await cluster.primaries())[0] as never);
  return () => router.close();
});
afterAll(() => cluster?.discard());

const names = (count: number, prefix = 'key') => Array.from({ length: count }, (_, n) => `${prefix}:${n}`);

test('a server that is in no cluster has no router', async () => {
  const alone = await startRedis();
  expect(await ClusterRouter.open(endpointOf(alone))).toBeNull();
  await alone.discard();
});

test('knows every slot, every primary and every replica', async () => {
  expect(router.topology.unserved).toEqual([]);
  expect(router.topology.primaries.map(({ port }) => port)).toEqual(
    (await cluster.primaries()).map(({ port }) => port),
  );
  expect(router.topology.nodes).toHaveLength(6);
});

test('replies stand in the order of the commands, whichever nodes they came from', async () => {
  const keys = names(5000);
  const set = await ask(
    router,
    keys.map(key => ['SET', key, `value of ${key}`]),
  );
  expect(set.raw).toMatchObject({ errors: 0, nils: 0, bytes: 5 * 5000, whole: true });
  const { replies } = await ask(
    router,
    keys.map(key => ['GET', key]),
  );
  expect(replies).toEqual(keys.map(key => `value of ${key}`));
});

test('replies of every kind keep their place: nothing, numbers, errors, lists within lists', async () => {
  const { raw, replies } = await ask(router, [
    ['SET', 'string', 'text'],
    ['GET', 'absent'],
    ['HSET', 'hash', 'a', 1, 'b', 2],
    ['HSET', 'string', 'a', 1],
    ['XADD', 'stream', '1-0', 'field', 'value'],
    ['XRANGE', 'stream', '-', '+'],
    ['LRANGE', 'list', 0, -1],
    ['HGETALL', 'hash'],
    ['GET', 'string'],
  ]);
  expect(replies).toEqual([
    'OK',
    null,
    2,
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    '1-0',
    [['1-0', ['field', 'value']]],
    [],
    ['a', '1', 'b', '2'],
    'text',
  ]);
  expect(raw).toMatchObject({ errors: 1, nils: 1, whole: true });
});

test('more bytes than the limit are not kept', async () => {
  const keys = names(20, 'big');
  await ask(
    router,
    keys.map(key => ['SET', key, 'x'.repeat(10_000)]),
  );
  const { raw, replies } = await ask(
    router,
    keys.map(key => ['GET', key]),
    30_000,
  );
  expect([raw.whole, replies]).toEqual([false, []]);
});

test('a slot on its way is followed to where each key is, and to its new owner afterwards', async () => {
  const keys = names(50, '{moving}');
  await ask(
    router,
    keys.map(key => ['SET', key, 1]),
  );
  const source = await cluster.primaryOf('{moving}');
  const [target] = (await cluster.primaries()).filter(each => each !== source) as [typeof source];
  const migration = await cluster.beginMigration(keySlot(Buffer.from('{moving}')), { source, target });
  await migration.moveKeys(20);
  const increments = async () =>
    (
      await ask(
        router,
        keys.map(key => ['INCR', key]),
      )
    ).replies;
  expect(await increments()).toEqual(keys.map(() => 2));
  const added = names(10, '{moving}added');
  await ask(
    router,
    added.map(key => ['SET', key, 5]),
  );
  await migration.moveKeys();
  await migration.finish();
  expect(await increments()).toEqual(keys.map(() => 3));
  expect(
    (
      await ask(
        router,
        added.map(key => ['GET', key]),
      )
    ).replies,
  ).toEqual(added.map(() => '5'));
  expect(router.topology.ownerOf(migration.slot)?.port).toBe(target.port);
  expect(router.lossRisks).toBe(0);
});

test('keys of one command that are apart while their slot moves: asked again until they are together', async () => {
  const [one, other] = ['{apart}1', '{apart}2'];
  await ask(router, [
    ['SET', one, 1],
    ['SET', other, 2],
  ]);
  const source = await cluster.primaryOf(one);
  const [target] = (await cluster.primaries()).filter(each => each !== source) as [typeof source];
  const migration = await cluster.beginMigration(keySlot(Buffer.from('{apart}')), { source, target });
  await migration.moveKeys(1);
  const reading = ask(router, [['MGET', one, other]]);
  const early = await Promise.race([reading, new Promise(resolve => setTimeout(() => resolve('waits'), 100))]);
  expect(early).toBe('waits');
  await migration.moveKeys();
  await migration.finish();
  expect((await reading).replies).toEqual([['1', '2']]);
});

test('many batches at once while many slots move: nothing gets lost or mixed up', async () => {
  const [source, target] = (await cluster.primaries()) as [RedisServer, RedisServer];
  let moving = true;

  const moved = cluster.reshard({ from: 200, to: 229, source, target }).finally(() => {
    moving = false;
  });
  let batches = 0;
  const lane = async (lane: number) => {
    for (let n = 0; moving || n < 3; n++, batches++) {
      const keys = names(200, `lane${lane}:${n}`);
      await ask(
        router,
        keys.map(key => ['SET', key, key]),
      );
      expect(
        (
          await ask(
            router,
            keys.map(key => ['GET', key]),
          )
        ).replies,
      ).toEqual(keys);
    }
  };
  await Promise.all([moved, ...[1, 2, 3, 4].map(lane)]);
  expect(batches).toBeGreaterThan(12);
  await waitFor(() => router.refresh(), {
    what: 'the new owner to be seen',
    until: topology => topology.ownerOf(229)?.port === target.port,
  });
});

test.each(['command', 'kill'] as const)(
  'goes on after a failover by %s, and tells that something may be lost',
  async by => {
    const primary = await cluster.primaryOf('key:1');
    let over = false;
    const failover = cluster.failover(primary, { by }).finally(() => {
      over = true;
    });
    const keys = names(100);
    let rounds = 0;
    for (; !over || rounds < 3; rounds++)
      expect(
        (
          await ask(
            router,
            keys.map(key => ['SET', key, rounds]),
          )
        ).raw,
      ).toMatchObject({ errors: 0, bytes: 500 });
    const replica = await failover;
    expect(router.topology.ownerOf(keySlot(Buffer.from('key:1')))?.port).toBe(replica.port);
    expect(
      (
        await ask(
          router,
          keys.map(key => ['GET', key]),
        )
      ).replies,
    ).toEqual(keys.map(() => String(rounds - 1)));
    expect(router.lossRisks).toBe(1);
    if (by === 'kill') await primary.restart();
    await cluster.untilStable();
  },
);

test('a primary that came back at once may have lost something too', async () => {
  const primary = await cluster.primaryOf('key:1');
  await ask(router, [['SET', 'key:1', 1]]);
  await primary.restart();
  await ask(router, [['SET', 'key:1', 2]]);
  expect(router.lossRisks).toBeGreaterThan(0);
  await cluster.untilStable();
});
