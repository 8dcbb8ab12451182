import { describe, expect, test } from 'vitest';
import { formatBytes, formatDuration, parseDuration, parseSize, parseTime } from '../../src/contract/units.js';

describe('parseDuration', () => {
  test.each([
    ['0ms', 0],
    ['500ms', 500],
    ['5s', 5_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '5', 's', '5 s', '-5s', '+5s', '1.5h', '5S', '5s ', '5s\n', '5sec', '1h30m', '0x5s', '٥s', '1e3s'])(
    '%j is not one',
    text => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('one that no number holds exactly is not one', () => {
    expect(parseDuration('999999999999999d')).toBeUndefined();
  });
});

describe('parseSize', () => {
  test.each([
    [0, 0],
    [1_048_576, 1_048_576],
    ['1024', 1_024],
    ['512B', 512],
    ['64k', 64_000],
    ['64kB', 64_000],
    ['50MB', 50_000_000],
    ['50 MB', 50_000_000],
    ['64KiB', 65_536],
    ['1GiB', 1_073_741_824],
    ['2tb', 2_000_000_000_000],
    ['2TiB', 2_199_023_255_552],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    '',
    'MB',
    '-1MB',
    '1.5GB',
    '1iB',
    '1PB',
    '1 k ',
    '9999TiB9',
  ])('%s is not one', text => {
    expect(parseSize(text)).toBeUndefined();
  });

  test('one that no number holds exactly is not one', () => {
    expect(parseSize('99999999999TB')).toBeUndefined();
  });
});

describe('parseTime', () => {
  test.each([
    ['1970-01-01T00:00Z', 0],
    ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2024-02-29T23:59:59.5Z', Date.UTC(2024, 1, 29, 23, 59, 59, 500)],
  ])('%s is %d', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each([
    '',
    'now',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00:00+01:00',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:61:00Z',
    '2026-01-31 12:00:00Z',
    ' 2026-01-31T12:00:00Z',
  ])('%j is not one', text => {
    expect(parseTime(text)).toBeUndefined();
  });
});

test.each([
  [0, '0ms'],
  [849.6, '850ms'],
  [999, '999ms'],
  [1_000, '1s'],
  [12_345, '12.3s'],
  [59_949, '59.9s'],
  [59_949.9, '59.9s'],
  [59_950, '1m'],
  [83_000, '1m 23s'],
  [3_600_000, '1h'],
  [3_661_000, '1h 1m'],
  [3_605_000, '1h'],
  [183_600_000, '2d 3h'],
])('%d ms reads as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1 KiB'],
  [1_048_575, '1 MiB'],
  [1_572_864, '1.5 MiB'],
  [3 * 2 ** 40, '3 TiB'],
  [5_000 * 2 ** 40, '5000 TiB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
