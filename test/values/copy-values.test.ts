import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { copyValue } from '../../src/values/copy-value.js';
import { type CopyValues, copyValues } from '../../src/values/copy-values.js';
import { oddNames, shapes, waitFor } from '../lab/index.js';
import { startTwo, stepwise, type TwoServers } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const copy = (keys: readonly Buffer[], changes: Partial<CopyValues> = {}) =>
  copyValues({ source: two.source, target: two.target, keys, targetKeys: keys, replace: true, ...changes });

const names = shapes.flatMap(({ name }) => [Buffer.from(name), Buffer.from(`${name}:expiring`)]);

async function fillSource(): Promise<void> {
  for (const { name, make } of shapes) {
    await two.run('source', [...make(Buffer.from(name)), ...make(Buffer.from(`${name}:expiring`))]);
    await two.run('source', [['PEXPIREAT', `${name}:expiring`, Date.now() + 86_400_000]]);
  }
}

test.each([true, false])('copies every shape, replacing %s', async replace => {
  await fillSource();
  const done = await copy([...names, Buffer.from('nobody’s')], { replace });
  expect(done).toMatchObject({ copied: names.length, skipped: 0, gone: 1, busy: [], unheld: [] });
  expect(await two.contents('target')).toEqual(await two.contents('source'));
});

test('replaces what is there, of whatever type and expiry', async () => {
  await fillSource();
  for (const name of names)
    await two.run('target', [
      ['SADD', name, 'old'],
      ['EXPIRE', name, 1000],
    ]);
  expect(await copy(names)).toMatchObject({ copied: names.length, skipped: 0 });
  expect(await two.contents('target')).toEqual(await two.contents('source'));
});

test('leaves alone what is there', async () => {
  await fillSource();
  for (const name of names)
    await two.run('target', [
      ['SADD', name, 'old'],
      ['EXPIRE', name, 1000],
    ]);
  const before = await two.contents('target');
  expect(await copy(names, { replace: false })).toMatchObject({ copied: 0, skipped: names.length });
  expect(await two.contents('target')).toEqual(before);
});

test('values that are too big together, or no longer of the type that they had, are copied one by one', async () => {
  const big = Array.from({ length: 40 }, (_, n) => Buffer.from(`big-${n}`));
  for (const name of big) await two.run('source', [['SETRANGE', name, 600_000, '!']]);
  expect(await copy(big)).toMatchObject({ copied: big.length, skipped: 0 });
  await two.run('source', [['SADD', 'other', 1]]);
  const names = [...big, Buffer.from('other')];
  let step = 0;
  const source = stepwise(two.source, () => ++step === 2 && two.run('source', [['SET', 'other', 'now a string']]));
  expect(await copy(names, { source })).toMatchObject({ copied: names.length, skipped: 0 });
  expect(await two.contents('target')).toEqual(await two.contents('source'));
});

test('a key that expires between its type and its value is gone', async () => {
  const names = ['string', 'list', 'lasting'].map(name => Buffer.from(name));
  await two.run('source', [
    ['SET', 'string', 1],
    ['RPUSH', 'list', 1],
    ['SET', 'lasting', 1],
  ]);
  let step = 0;
  const source = stepwise(two.source, () => ++step === 2 && two.run('source', [['DEL', 'string', 'list']]));
  expect(await copy(names, { source })).toMatchObject({ copied: 1, gone: 2 });
  expect(await two.contents('target')).toEqual(await two.contents('source'));
});

test('a full target keeps what it has, and says so', async () => {
  await fillSource();
  for (const name of names) await two.run('target', [['SADD', name, 'old']]);
  const before = await two.contents('target');
  await two.run('target', [['CONFIG', 'SET', 'maxmemory', 1]]);
  for (const replace of [true, false])
    await expect(copy(names, { replace })).rejects.toMatchObject({ code: 'OOM', side: 'target' });
  await two.run('target', [['CONFIG', 'SET', 'maxmemory', 0]]);
  expect(await two.contents('target')).toEqual(before);
});

test('a node of a cluster takes both ways', async () => {
  const cluster = await startTwo({ config: { 'cluster-enabled': 'yes' } });
  await cluster.target.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
  await waitFor(async () => String(await cluster.target.command('CLUSTER', 'INFO')).includes('cluster_state:ok'), {
    what: 'the cluster',
  });
  await fillSource();
  for (const name of oddNames) await two.run('source', [['RPUSH', name, 'a']]);
  const all = [...names, ...oddNames];
  for (const replace of [true, false]) {
    const done = await copy(all, { target: cluster.target, replace });
    expect(done).toMatchObject(replace ? { copied: all.length } : { copied: 0, skipped: all.length });
  }
  for (const key of all)
    await copyValue({ source: two.source, target: cluster.target, key, targetKey: key, replace: true });
  expect(await cluster.contents('target')).toEqual(await two.contents('source'));
  await cluster.stop();
});
