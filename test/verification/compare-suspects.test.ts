import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RespConnection } from '../../src/resp/connection.js';
import { compareSuspects } from '../../src/verification/compare-suspects.js';
import type { Suspect } from '../../src/verification/suspects.js';
import { fill } from '../lab/index.js';
import { TwoServers } from './two-servers.js';

let two: TwoServers;
let source: RespConnection;
let target: RespConnection;
beforeEach(async () => {
  two = await TwoServers.start();
  [source, target] = await Promise.all([two.open('source'), two.open('target')]);
});
afterEach(async () => {
  for (const connection of [source, target]) connection.close();
  two.target.resumeProcess();
  await two.stop();
});

const suspect = (name: string, db = 0): Suspect => {
  return { db, key: Buffer.from(name).toString('base64'), kind: 'different', evidence: '' };
};
const bounds = { maxKeys: 1000, deadlineMs: 10_000 };

test('each suspect is looked at once, as it is now', async () => {
  await two.both(
    ['SET', 'same', 1],
    ['SET', 'other', 1],
    ['SET', 'longer', 1],
    ['RPUSH', 'list', 1],
    ['SELECT', 5],
    ['SET', 'same', 1],
  );
  await two.run(
    'target',
    ['SET', 'other', 2],
    ['EXPIRE', 'longer', 100],
    ['SET', 'extra', 1],
    ['SELECT', 5],
    ['SET', 'extra', 1],
  );
  await two.run('source', ['SET', 'missing', 1]);
  const names = ['same', 'other', 'longer', 'list', 'missing', 'extra', 'on neither side', ''];
  const suspects = [suspect('same', 5), suspect('extra', 5), ...names.map(name => suspect(name))];
  const result = await compareSuspects(source, target, suspects, bounds);
  expect(result).toMatchObject({ compared: 10, unfinished: 0 });
  const found = result.different.map(({ db, key, kind }) => [db, Buffer.from(key, 'base64').toString(), kind]);
  expect(found).toEqual(
    expect.arrayContaining([
      [0, 'other', 'different'],
      [0, 'longer', 'ttl'],
      [0, 'missing', 'missing'],
      [0, 'extra', 'extra'],
      [5, 'extra', 'extra'],
    ]),
  );
  expect(found).toHaveLength(5);
});

test('with mode keys only the names count', async () => {
  await two.both(['SET', 'a', 1]);
  await two.run('target', ['SET', 'a', 2], ['SET', 'b', 1]);
  const { different } = await compareSuspects(source, target, [suspect('a'), suspect('b')], {
    ...bounds,
    mode: 'keys',
  });
  expect(different).toMatchObject([{ key: suspect('b').key, kind: 'extra' }]);
});

test('no more than so many are looked at', async () => {
  const suspects = Array.from({ length: 500 }, (_, n) => suspect(`key:${n}`));
  expect(await compareSuspects(source, target, suspects, { ...bounds, maxKeys: 300 })).toEqual({
    compared: 300,
    different: [],
    unfinished: 200,
  });
  expect(await compareSuspects(source, target, [], bounds)).toEqual({ compared: 0, different: [], unfinished: 0 });
});

test('a server that stands still costs no more than the deadline', async () => {
  await fill(two.source, { keys: 10 });
  two.target.pauseProcess();
  const begin = performance.now();
  const result = await compareSuspects(source, target, [suspect('key:1')], { ...bounds, deadlineMs: 150 });
  expect(result).toEqual({ compared: 0, different: [], unfinished: 1 });
  expect(performance.now() - begin).toBeLessThan(2000);
});

test('a connection that breaks is an error, not a verdict', async () => {
  target.close();
  await expect(compareSuspects(source, target, [suspect('a')], bounds)).rejects.toMatchObject({ type: 'Unreachable' });
});
