import { describe, expect, test } from 'vitest';
import { compareWindows } from '../../src/application/compare.js';
import type { CommandWindow, MetricsWindow } from '../../src/application/window.js';
import type { MeasuredWindow } from '../../src/report/record.js';

const command = (name: string, calls: number, meanMs: number): CommandWindow => ({
  command: name,
  calls,
  meanMs,
  p99Ms: null,
  failed: 0,
});

const measured = (more: Partial<MetricsWindow> = {}): MetricsWindow => ({
  seconds: 10,
  commands: 1_000,
  opsPerSecond: 100,
  errors: 0,
  errorRate: 0,
  errorsByCode: {},
  migrationErrors: {},
  latencyMs: 0.05,
  pingMs: 0.2,
  top: [command('get', 1_000, 0.05)],
  evictedKeys: 0,
  expiredKeys: 0,
  rejectedConnections: 0,
  usedMemory: 1,
  reset: null,
  ...more,
});

const failing = (rate: number) =>
  measured({ errors: rate * 1_000, errorRate: rate, errorsByCode: { ERR: rate * 1_000 } });
const slow = (ms: number) => measured({ latencyMs: ms, top: [command('get', 1_000, ms)] });

const compare = (
  baseline: MetricsWindow | null,
  now: MetricsWindow,
  more: Partial<Parameters<typeof compareWindows>[0]> = {},
) => compareWindows({ baseline, now, maxErrorRate: 0.01, maxLatency: { times: 3 }, ...more });

test('the same as before is no finding', () => {
  expect(compare(measured(), measured())).toEqual({ regression: false, findings: [] });
});

describe('error rate', () => {
  test.each([
    ['within the bound', failing(0), failing(0.01), false],
    ['above the bound, and above the source', failing(0.001), failing(0.02), true],
    ['above the bound, but no more than on the source', failing(0.05), failing(0.05), false],
    ['above the bound, the source not measured', null, failing(0.02), true],
    ['above the bound, the source not counting', measured({ errorRate: null, errors: null }), failing(0.02), true],
    ['of too few commands', measured(), measured({ commands: 99, errors: 99, errorRate: 1 }), false],
    [
      'of refused logins only, which are no commands',
      measured(),
      measured({ commands: 0, errors: 150, errorRate: 1 }),
      true,
    ],
  ])('%s', (_, baseline, now, regression) => {
    expect(compare(baseline, now).regression).toBe(regression);
  });

  test('is said in figures', () => {
    expect(compare(failing(0.001), failing(0.02)).findings).toEqual([
      '2% of the commands on the target fail (at most 1% allowed); 0.1% on the source before.',
    ]);
    expect(compare(failing(0.05), failing(0.05)).findings[0]).toMatch(/so it is no regression\.$/);
  });

  test('that could not be judged is said', () => {
    expect(compare(measured(), measured({ errorRate: null, errors: null })).findings).toEqual([
      "The target's version doesn't count errors: their rate was not judged.",
    ]);
    expect(compare(measured(), measured({ commands: 5 })).findings).toContain(
      'Only 5 commands on the target: the error rate was not judged.',
    );
  });
});

test('new error codes are named, with what they mean; known ones are not', () => {
  const now = measured({
    errors: 4,
    errorRate: 0.004,
    errorsByCode: { NOSCRIPT: 3, ERR: 1 },
    migrationErrors: { READONLY: 2 },
  });
  expect(compare(failing(0.001), now)).toEqual({
    regression: false,
    findings: [
      'New error on the target: NOSCRIPT, 3 times. Scripts are not carried over by every method: load them on the target.',
      'READONLY on the target, 2 times: not counted as an error.',
    ],
  });
});

describe('latency as a multiple', () => {
  test.each([
    ['within', slow(0.1), slow(0.3), false],
    ['beyond', slow(0.1), slow(0.31), true],
    ['beyond, but by less than noise', slow(0.002), slow(0.05), false],
    ['of the round trip, beyond', measured({ pingMs: 0.2 }), measured({ pingMs: 1.3 }), true],
    ['of the round trip, beyond, but by less than noise', measured({ pingMs: 0.2 }), measured({ pingMs: 1.1 }), false],
  ])('%s', (_, baseline, now, regression) => {
    expect(compare(baseline, now).regression).toBe(regression);
  });

  test('a heavier mix of commands is no slower server', () => {
    const before = measured({ top: [command('get', 900, 0.01), command('sort', 100, 5)], latencyMs: 0.51 });
    const now = measured({ top: [command('get', 100, 0.01), command('sort', 900, 5)], latencyMs: 4.5 });
    expect(compare(before, now)).toEqual({ regression: false, findings: [] });
    expect(compare(before, { ...now, top: [command('get', 100, 0.01), command('sort', 900, 16)] }).regression).toBe(
      true,
    );
  });

  test('without commands in common the plain means are compared', () => {
    expect(compare(slow(0.1), measured({ top: [command('hget', 1_000, 0.9)], latencyMs: 0.9 })).regression).toBe(true);
  });

  test('a mean of a few calls on the source is no measure', () => {
    const before = measured({ top: [command('get', 19, 0.001), command('set', 981, 0.9)], latencyMs: 0.9 });
    expect(compare(before, slow(0.5)).regression).toBe(false);
  });

  test.each([
    [
      measured({ commands: 99 }),
      'Only 99 commands were measured on the source before: the multiple of its latency was not judged.',
    ],
    [null, 'The source was not measured before: the multiple of its latency was not judged.'],
  ])('is not judged without enough commands on the source', (baseline, text) => {
    expect(compare(baseline, slow(100))).toEqual({ regression: false, findings: [text] });
  });

  test('is not judged without enough commands on the target', () => {
    const { regression, findings } = compare(measured(), measured({ commands: 99, latencyMs: 50 }));
    expect(regression).toBe(false);
    expect(findings).toContain('Only 99 commands on the target: latency was not judged.');
  });
});

describe('latency as a bound', () => {
  const bound = { maxLatency: { ms: 5 } };
  test('counts execution and the way there and back, and needs no baseline', () => {
    expect(compare(null, { ...slow(4), pingMs: 0.9 }, bound)).toEqual({ regression: false, findings: [] });
    expect(compare(null, { ...slow(4), pingMs: 1.5 }, bound)).toEqual({
      regression: true,
      findings: ['A command on the target takes 5.5 ms (4 ms execution, 1.5 ms round trip); at most 5 ms allowed.'],
    });
  });
});

test('load that has not come, and trouble of the server itself, are told', () => {
  const now = measured({ opsPerSecond: 2, reset: 'restart', rejectedConnections: 3, evictedKeys: 4 });
  expect(compare(measured(), now)).toEqual({
    regression: false,
    findings: [
      'The target gets 2.0 commands/s, the source had 100.0: have all applications moved?',
      'The target restarted during the observation.',
      'The target turned away 3 connections: maxclients is reached.',
      'The target evicted 4 keys: maxmemory is reached.',
    ],
  });
});

test('the report takes a window as it is', () => {
  const shown: MeasuredWindow = measured();
  expect(shown.commands).toBe(1_000);
});
