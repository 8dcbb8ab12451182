import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareValue } from '../../src/values/compare-value.js';
import { type CopyValue, copyValue } from '../../src/values/copy-value.js';
import { copyValues } from '../../src/values/copy-values.js';
import { oddNames, shapes, waitFor } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { type Command, startTwo, stepwise, type TwoServers } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const key = Buffer.from('key');
const copy = (changes: Partial<CopyValue> = {}) =>
  copyValue({ source: two.source, target: two.target, key, targetKey: key, replace: true, ...changes });
const tomorrow = Date.now() + 86_400_000;

async function expectEqual(): Promise<void> {
  expect(await two.contents('target')).toEqual(await two.contents('source'));
}

describe.each(shapes)('$name', ({ make }) => {
  test.each([null, tomorrow])('is copied, with its expiry %s', async expiry => {
    await two.run('source', make(key));
    if (expiry !== null) await two.run('source', [['PEXPIREAT', key, expiry]]);
    expect(await copy()).toMatchObject({ outcome: 'copied', unheld: [] });
    expect((await compareValue(two.pair(key))).outcome).toBe('same');
    await expectEqual();
  });
});

test('keys of any bytes and any length', async () => {
  for (const name of oddNames) {
    await two.run('source', [['RPUSH', name, name]]);
    expect(await copy({ key: name, targetKey: name })).toMatchObject({ outcome: 'copied' });
  }
  await expectEqual();
});

test('the target’s key may have another name', async () => {
  await two.run('source', [['SADD', key, 'a']]);
  await two.run('target', [['SADD', 'prefix:key', 'a']]);
  const expected = await two.contents('target');
  await two.clear();
  await two.run('source', [['SADD', key, 'a']]);
  await copy({ targetKey: Buffer.from('prefix:key') });
  expect(await two.contents('target')).toEqual(expected);
});

test('a key that the source hasn’t is gone, and the target’s stays', async () => {
  await two.run('target', [['SET', key, 'theirs']]);
  expect(await copy()).toEqual({ outcome: 'gone', unheld: [], bytes: 0 });
  expect(await two.target.command('GET', key)).toEqual(Buffer.from('theirs'));
});

const old: Record<string, Command[]> = {
  'of the same type': [['HSET', key, 'old', 1, 'field', 2]],
  'of another type, with an expiry': [
    ['RPUSH', key, 1, 2, 3],
    ['PEXPIREAT', key, tomorrow],
  ],
};

describe.each(Object.entries(old))('what is there, %s,', (_, commands) => {
  beforeEach(async () => {
    await two.run('source', [['HSET', key, 'field', 'new']]);
    await two.run('target', commands);
  });

  test('is replaced', async () => {
    expect(await copy()).toMatchObject({ outcome: 'copied' });
    await expectEqual();
  });

  test('is left alone where it is to be', async () => {
    const before = await two.contents('target');
    expect(await copy({ replace: false })).toEqual({ outcome: 'skipped', unheld: [], bytes: 0 });
    expect(await two.contents('target')).toEqual(before);
  });
});

test.each([true, false])('what is over by the target’s clock is nothing there, replacing %s', async replace => {
  await two.run('source', [['SET', key, 1]]);
  let steps = 0;
  await copy({ replace, target: stepwise(two.target, () => steps++) });
  await two.run('target', [replace ? ['SET', key, 'old'] : ['DEL', key]]);
  const expiry = Date.now() + 1500;
  await two.run('source', [['PEXPIREAT', key, expiry]]);
  let left = steps;
  const late = stepwise(two.target, () => --left === 0 && waitFor(() => Date.now() > expiry, { what: 'the expiry' }));
  expect(await copy({ replace, target: late })).toMatchObject({ outcome: 'copied' });
  expect(await two.target.command('DBSIZE')).toBe(0);
});

test('what the target can’t hold at all is named, without a word of its contents, and nothing is done', async () => {
  const poor = await startTwo({ config: { 'rename-command': 'XADD ""' } });
  await two.run('source', [['XADD', key, '1-0', 'secret', 'value']]);
  await poor.run('target', [['SET', key, 'theirs']]);
  const before = await poor.contents('target');
  const done = await copy({ target: poor.target });
  expect(done).toMatchObject({ outcome: 'skipped', bytes: 0 });
  expect(done.unheld).toEqual([`stream "key": all of it, since the target answers "unknown command 'XADD'"`]);
  expect(await poor.contents('target')).toEqual(before);
  await poor.stop();
});

test('what the target refuses for its own reasons is thrown, and nothing is left behind', async () => {
  await two.run('source', [['RPUSH', key, ...Array.from({ length: 5000 }, (_, n) => `element-${n}`)]]);
  await two.run('target', [['SET', key, 'theirs']]);
  const before = await two.contents('target');
  let steps = 0;
  const full = stepwise(two.target, async () => {
    if (++steps === 4) await two.run('target', [['CONFIG', 'SET', 'maxmemory', 1]]);
  });
  await expect(copy({ target: full })).rejects.toMatchObject({ code: 'OOM', side: 'target' });
  await two.run('target', [['CONFIG', 'SET', 'maxmemory', 0]]);
  expect(await two.contents('target')).toEqual(before);
  expect(await copy()).toMatchObject({ outcome: 'copied' });
});

describeEachVersion(
  'from',
  version => {
    test('a type of a module is named, and nothing is done', async () => {
      const modern = await startTwo({ version });
      await modern.run('source', [['VADD', key, 'VALUES', 2, 1, 2, 'element']]);
      const request = { source: modern.source, target: two.target, key, targetKey: key, replace: true };
      expect(await copyValue(request)).toMatchObject({ outcome: 'skipped' });
      const done = await copyValues({ ...request, keys: [key], targetKeys: [key] });
      expect(done).toMatchObject({ copied: 0, skipped: 1 });
      expect(done.unheld).toEqual(['vectorset "key": all of it, since no commands make a value of this type']);
      expect(await two.target.command('DBSIZE')).toBe(0);
      await modern.stop();
    });
  },
  ['8.0'],
);
