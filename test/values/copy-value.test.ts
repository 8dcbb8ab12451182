import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compareValue } from '../../src/values/compare-value.js';
import { type CopyValue, copyValue } from '../../src/values/copy-value.js';
import { shapes } from '../lab/index.js';
import { startTwo, type TwoServers } from './support.js';

let two: TwoServers;
beforeAll(async () => {
  two = await startTwo();
});
beforeEach(() => two.clear());
afterAll(() => two.stop());

const key = Buffer.from('key');
const copy = (changes: Partial<CopyValue> = {}) =>
  copyValue({ source: two.source, target: two.target, key, targetKey: key, replace: true, ...changes });

describe.each(shapes)('$name', ({ make }) => {
  test.each([null, Date.now() + 86_400_000])('is copied, with its expiry %s', async expiry => {
    await two.run('source', make(key));
    if (expiry !== null) await two.run('source', [['PEXPIREAT', key, expiry]]);
    expect(await copy()).toMatchObject({ outcome: 'copied', unheld: [] });
    expect((await compareValue(two.pair(key))).outcome).toBe('same');
    expect(await two.contents('target')).toEqual(await two.contents('source'));
  });
});
