import { expect, test } from 'vitest';
import { boundMs, CallSize } from '../../../src/copy/migrate/call-size.js';

const weights = (count: number, bytes = 100) => new Float64Array(count).fill(bytes);

/** Sends calls one after the other; each key takes so long. @returns the keys of the last one */
function learned(size: CallSize, { keyMs, calls, bytes = 100 }: { keyMs: number; calls: number; bytes?: number }) {
  let keys = 0;
  for (let call = 0; call < calls; call++) {
    keys = size.endOf(weights(1_000_000, bytes), 0);
    size.learn(CallSize.load(keys, keys * bytes), keys * keyMs);
  }
  return keys;
}

test('it begins small, and grows to what fits into the bound', () => {
  const size = new CallSize();
  expect(size.endOf(weights(1000), 0)).toBeLessThan(100);
  const keys = learned(size, { keyMs: 0.01, calls: 20 });
  expect(keys * 0.01).toBeGreaterThan(boundMs * 0.9);
  expect(keys * 0.01).toBeLessThanOrEqual(boundMs);
});

test('it shrinks where the way becomes slow, and not for a single hiccup', () => {
  const size = new CallSize();
  const before = learned(size, { keyMs: 0.01, calls: 20 });
  size.learn(CallSize.load(before, before * 100), 500);
  expect(size.endOf(weights(1_000_000), 0)).toBe(before);
  expect(learned(size, { keyMs: 0.1, calls: 10 }) * 0.1).toBeLessThanOrEqual(boundMs);
});

test('big keys make for few in a call, one at least', () => {
  const size = new CallSize();
  const all = Float64Array.of(500_000, 10, 10, 500_000, 500_000);
  expect(size.endOf(all, 0)).toBe(1);
  expect(size.endOf(all, 1)).toBe(3);
  expect(size.endOf(all, 4)).toBe(5);
});

test('the rest of a page, which is quick, says nothing of what a call may carry', () => {
  const size = new CallSize();
  const before = learned(size, { keyMs: 0.01, calls: 20 });
  for (let call = 0; call < 20; call++) size.learn(CallSize.load(3, 300), 1);
  expect(size.endOf(weights(1_000_000), 0)).toBe(before);
});
