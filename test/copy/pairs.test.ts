import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Pairs } from '../../src/copy/pairs.js';
import { freePort } from '../lab/index.js';
import { endpoint } from './support.js';
import { useTwoServers } from './two-servers.js';

const { source, target } = await useTwoServers();

test('when connections can’t be opened, whoever waits for one hears of it', async () => {
  const nowhere = { host: '127.0.0.1', port: await freePort() };
  const pairs = new Pairs(
    [
      [endpoint('source', source), {}],
      [endpoint('target', nowhere), {}],
    ],
    async () => undefined,
  );
  const waiting = Array.from({ length: 5 }, () => pairs.useAll(8, () => sleep(1)));
  const results = await Promise.allSettled(waiting);
  expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
});

test('so many work at a time and no more, on connections that are kept', async () => {
  const pairs = new Pairs(
    [
      [endpoint('source', source), {}],
      [endpoint('target', target), {}],
    ],
    async () => undefined,
  );
  const [used, atOnce] = [new Set<unknown>(), { now: 0, most: 0 }];
  const work = async (pair: unknown) => {
    used.add(pair);
    atOnce.most = Math.max(atOnce.most, ++atOnce.now);
    await sleep(1);
    atOnce.now--;
  };
  await Promise.all(Array.from({ length: 10 }, () => pairs.useAll(20, work)));
  pairs.close();
  expect({ used: used.size, most: atOnce.most }).toEqual({ used: 8, most: 8 });
});
