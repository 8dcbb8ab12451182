import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CopyValues, copyValues } from '../../src/values/copy-values.js';
import { shapes } from '../lab/index.js';
import { startTwo, type TwoServers } from './support.js';

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
