import { describe, expect, test } from 'vitest';
import { methods } from '../../src/contract/input.js';
import { readInput } from '../../src/contract/read-input.js';
import { readMessage } from '../../src/contract/read-message.js';
import { inputWith } from './inputs.js';

const text = (length: number) => 'a'.repeat(length);
const items = (length: number, item: unknown) => Array.from({ length }, () => item);
/** Databases that each go to the next one. */
const turned = (length: number) =>
  Object.fromEntries(Array.from({ length }, (_, index) => [index, (index + 1) % length]));

/** The last values that are taken on either side, and the first that are not. */
const bounds: { path: string; taken: unknown[]; refused: unknown[] }[] = [
  { path: 'source.username', taken: ['a', text(256)], refused: ['', text(257)] },
  { path: 'source.password', taken: [`env:${text(128)}`, `file:${text(1_024)}`], refused: [`env:${text(129)}`] },
  { path: 'source.password', taken: ['file:a'], refused: [`file:${text(1_025)}`] },
  { path: 'filter.match', taken: [[], items(1_000, 'a')], refused: [items(1_001, 'a')] },
  { path: 'filter.match', taken: [['a'], [text(512)]], refused: [[''], [text(513)]] },
  { path: 'filter.types', taken: [items(100, 'set')], refused: [items(101, 'set')] },
  { path: 'filter.databases', taken: [items(1_000, 0)], refused: [items(1_001, 0)] },
  { path: 'filter.databases', taken: [[0], [2_147_483_647]], refused: [[-1], [2_147_483_648]] },
  { path: 'rename.databases', taken: [{}, turned(1_000)], refused: [turned(1_001)] },
  {
    path: 'rename.databases',
    taken: [{ 2147483647: 0, 0: 2147483647 }],
    refused: [{ 10000000000: 0 }, { '01': 0 }, { '-1': 0 }],
  },
  { path: 'rename.prefix', taken: [{ from: '', to: text(512) }], refused: [{ from: '', to: text(513) }] },
  { path: 'rename.prefix', taken: [{ from: text(512), to: '' }], refused: [{ from: text(513), to: '' }] },
  { path: 'rate.maxKeysPerSecond', taken: [1, 1_000_000_000], refused: [0, 1_000_000_001] },
  { path: 'rate.maxBytesPerSecond', taken: [1, '1B', Number.MAX_SAFE_INTEGER], refused: [0, '0B', 2 ** 53] },
  { path: 'verification.sampleSize', taken: [1, 1_000_000_000], refused: [0, 1_000_000_001] },
  { path: 'verification.minimumConsistency', taken: [0, 1], refused: [-Number.MIN_VALUE, 1 + Number.EPSILON] },
  { path: 'verification.ttlTolerance', taken: ['0ms', '365d'], refused: ['366d', '31536000001ms'] },
  { path: 'verification.rounds', taken: [1, 100], refused: [0, 101] },
  { path: 'verification.staleAfter', taken: ['0ms', '365d'], refused: ['31536000001ms'] },
  { path: 'cutover.maxLagBytes', taken: [0, Number.MAX_SAFE_INTEGER], refused: [-1, 2 ** 53] },
  { path: 'cutover.drainTimeout', taken: ['1ms', '1h'], refused: ['0ms', '3600001ms'] },
  { path: 'cutover.hooks.check', taken: ['a', text(64)], refused: ['', text(65)] },
  { path: 'observe.duration', taken: ['0ms', '365d'], refused: ['31536000001ms'] },
  { path: 'observe.maxErrorRate', taken: [0, 1], refused: [-0.1, 1.1] },
  { path: 'observe.maxLatency', taken: ['0.001x', '1x', '9999x', '1ms'], refused: ['0x', '0.0001x', '10000x', '0ms'] },
  { path: 'keepSourceFor', taken: ['0s', '365d'], refused: ['31536000001ms'] },
  { path: 'accept', taken: [items(100, 'modules')], refused: [items(101, 'modules')] },
];

describe.each(bounds)('$path', ({ path, taken, refused }) => {
  const problemsOf = (value: unknown) => readInput(inputWith(path, value), methods).problems;

  test('the last values within its bounds are taken', () => {
    for (const value of taken) expect(problemsOf(value)).toEqual([]);
  });

  test('the first values beyond them are refused', () => {
    for (const value of refused) expect(problemsOf(value)).toHaveLength(1);
  });
});

test('a file of a snapshot has a name', () => {
  const problemsOf = (file: string) =>
    readInput(inputWith('rdb', { file }, inputWith('method', 'rdb')), methods).problems;
  expect([problemsOf('a'), problemsOf(text(1_024))]).toEqual([[], []]);
  expect(problemsOf('')).toHaveLength(1);
  expect(problemsOf(text(1_025))).toHaveLength(1);
});

test('a changed rate has the bounds of the first one', () => {
  for (const maxKeysPerSecond of [1, 1_000_000_000])
    expect(readMessage('setRate', { maxKeysPerSecond }).problems).toEqual([]);
  for (const maxBytesPerSecond of [1, '1B']) expect(readMessage('setRate', { maxBytesPerSecond }).problems).toEqual([]);
  expect(readMessage('setRate', { maxKeysPerSecond: 1_000_000_001 }).problems).toHaveLength(1);
});

test('a reason may be empty', () => {
  expect(readMessage('abort', { reason: '' }).problems).toEqual([]);
});
