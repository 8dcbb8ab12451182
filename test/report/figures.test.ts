import { expect, test } from 'vitest';
import { address, between, consistency, count, counted, latency, percent, time } from '../../src/report/figures.js';

test('figures read as people write them', () => {
  expect([0, 999, 1_000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([counted(1, 'key'), counted(2, 'key'), counted(0, 'key')]).toEqual(['1 key', '2 keys', '0 keys']);
  expect([0.0042, 1.2345, 250].map(latency)).toEqual(['4.2 µs', '1.23 ms', '250 ms']);
  expect([0, 0.00008, 0.5, 1].map(percent)).toEqual(['0%', '0.008%', '50%', '100%']);
  expect(address({ host: '::1', port: 1 })).toBe('`[::1]:1`');
});

test('a consistency of 100% means that not one key differs', () => {
  expect([1, 0.99999999, 0.5].map(consistency)).toEqual(['100%', '99.9999%', '50%']);
});

test('times are UTC, and one that is none is shown as it came', () => {
  expect(time('2026-01-31T13:00:00.5+01:00')).toBe('2026-01-31 12:00:00 UTC');
  expect(time('soon | <b>')).toBe('soon \\| &lt;b&gt;');
  expect([time(null), count(null), latency(null), percent(null)]).toEqual(Array(4).fill('not known'));
});

test('a duration needs both of its ends, in order', () => {
  expect(between('2026-01-31T12:00:00Z', '2026-01-31T12:01:30Z')).toBe('1m 30s');
  expect(between(null, '2026-01-31T12:01:30Z')).toBe('-');
  expect(between('2026-01-31T12:01:30Z', '2026-01-31T12:00:00Z')).toBe('-');
});
