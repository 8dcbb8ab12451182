import { expect, test } from 'vitest';
import { Throttle } from '../../src/copy/throttle.js';

const look = (throttle: Throttle, times: number, above: boolean, perSecond = 100_000) => {
  for (let n = 0; n < times; n++) throttle.observe({ above, perSecond, elapsedMs: 100 });
  return throttle.limit;
};

test('one or two slow answers are no reason', () => {
  const throttle = new Throttle(null);
  for (let n = 0; n < 5; n++) {
    expect(look(throttle, 2, true)).toBeNull();
    expect(look(throttle, 1, false)).toBeNull();
  }
});

test('three are: half of what is done now, and half again as long as it lasts, down to a trickle', () => {
  const throttle = new Throttle(null);
  expect(look(throttle, 3, true)).toBe(50_000);
  expect(look(throttle, 2, true)).toBe(50_000);
  expect(look(throttle, 1, true)).toBe(25_000);
  expect(look(throttle, 300, true)).toBe(100);
});

test('below the bound it grows by a fifth a second', () => {
  const throttle = new Throttle(1000);
  expect(look(throttle, 10, false, 1000)).toBeCloseTo(1200, 0);
});

test('a limit that is no longer reached is dropped', () => {
  const throttle = new Throttle(1000);
  expect(look(throttle, 19, false, 400)).not.toBeNull();
  expect(look(throttle, 1, false, 400)).toBeNull();
});
