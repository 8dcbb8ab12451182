import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Pair, type PairSide, Pairs } from '../../src/copy/pairs.js';
import { openKeyspace } from '../../src/keyspace/index.js';
import { type RedisServer, startRedis } from '../lab/index.js';
import { endpoint } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();

const options = { name: 'pairs' };
const key = Buffer.from('key');
const sideOf = async (side: 'source' | 'target', server: RedisServer): Promise<PairSide> => ({
  keyspace: await openKeyspace(endpoint(side, server), options),
  options,
});
const tasks = (count: number) => Array.from({ length: count }, () => 'task');

test('when connections can’t be opened, whoever waits for one hears of it', async () => {
  const nowhere = await startRedis();
  const pairs = new Pairs(await sideOf('source', source), await sideOf('target', nowhere));
  await nowhere.discard();
  const lending = () => pairs.useAll(tasks(8), async lend => void (await lend(key, key)));
  const results = await Promise.allSettled(Array.from({ length: 5 }, lending));
  expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  pairs.close();
});

test('so many work at a time and no more, on connections that are kept', async () => {
  const pairs = new Pairs(await sideOf('source', source), await sideOf('target', target));
  const [used, atOnce] = [new Set<unknown>(), { now: 0, most: 0 }];
  const work = async (lend: (key: Buffer, targetKey: Buffer) => Promise<Pair>) => {
    used.add((await lend(key, key)).target);
    atOnce.most = Math.max(atOnce.most, ++atOnce.now);
    await sleep(1);
    atOnce.now--;
  };
  await Promise.all(Array.from({ length: 10 }, () => pairs.useAll(tasks(20), work)));
  pairs.close();
  expect({ used: used.size, most: atOnce.most }).toEqual({ used: 8, most: 8 });
});
