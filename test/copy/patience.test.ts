import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MigrationError } from '../../src/contract/errors.js';
import { Patience } from '../../src/copy/patience.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const unreachable = new MigrationError('Unreachable', 'source: gone');
const refused = new MigrationError('WritesRefused', 'target: READONLY');

test('what is unreachable is tried again, less and less often, for 20 s', () => {
  const patience = new Patience();
  const waits: unknown[] = [];
  for (let spent = 0; spent < 20_000; ) {
    const wait = patience.judge(unreachable) as number;
    waits.push(wait);
    spent += wait;
    vi.advanceTimersByTime(wait);
  }
  expect(waits.slice(0, 8)).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
  expect(patience.judge(unreachable)).toBe(unreachable);
});

test('after some progress it has all its patience again', () => {
  const patience = new Patience();
  for (let n = 0; n < 10; n++) {
    patience.judge(unreachable);
    vi.advanceTimersByTime(15_000);
    expect(patience.tried).toBe(true);
    patience.restore();
    expect(patience.tried).toBe(false);
  }
});

test('refused writes are waited for for 5 s, then a person must see to it', () => {
  const patience = new Patience();
  expect(patience.judge(refused)).toBe(50);
  vi.advanceTimersByTime(5000);
  expect(patience.judge(refused)).toBe(refused);
});

test('what no waiting mends is a finding at once; what is no server’s doing is thrown', () => {
  const full = new MigrationError('TargetFull', 'target: OOM');
  expect(new Patience().judge(full)).toBe(full);
  expect(() => new Patience().judge(new TypeError('a bug'))).toThrow('a bug');
});
