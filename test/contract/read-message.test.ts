import { describe, expect, test } from 'vitest';
import { type MessageName, messageDescriptions } from '../../src/contract/messages.js';
import { readMessage } from '../../src/contract/read-message.js';

const names = Object.keys(messageDescriptions) as MessageName[];

describe.each(names)('%s', name => {
  test.each([undefined, null, {}])('needs no argument: %j', argument => {
    expect(readMessage(name, argument)).toEqual({ message: {}, problems: [] });
  });

  test.each([5, 'now', true, [], [{}]])('refuses %j', argument => {
    expect(readMessage(name, argument)).toEqual({
      message: null,
      problems: [expect.stringMatching(`^${name}: expected an object, got a`)],
    });
  });

  test('refuses unknown fields, also those of a prototype', () => {
    expect(readMessage(name, JSON.parse('{"force":true,"__proto__":{"reason":"x"}}'))).toEqual({
      message: null,
      problems: [`${name}.force: unknown field`, `${name}.__proto__: unknown field`],
    });
  });
});

test.each<[MessageName, object]>([
  ['cutover', { acceptLossBytes: 0 }],
  ['cutover', { acceptLossBytes: 1_000 }],
  ['retry', { patch: { accept: ['modules'] } }],
  ['abort', { reason: 'too late in the day' }],
  ['rollback', { reason: 'x'.repeat(500) }],
  ['setRate', { maxKeysPerSecond: 5 }],
  ['setRate', { maxKeysPerSecond: null, maxBytesPerSecond: null }],
])('%s takes %j', (name, argument) => {
  expect(readMessage(name, argument)).toEqual({ message: argument, problems: [] });
});

test('a rate arrives in plain bytes', () => {
  expect(readMessage('setRate', { maxBytesPerSecond: '5MB' }).message).toEqual({ maxBytesPerSecond: 5_000_000 });
});

test.each<[MessageName, string, unknown]>([
  ['cutover', 'acceptLossBytes', -1],
  ['cutover', 'acceptLossBytes', 1.5],
  ['cutover', 'acceptLossBytes', '5'],
  ['cutover', 'acceptLossBytes', Number.NaN],
  ['cutover', 'acceptLossBytes', Number.POSITIVE_INFINITY],
  ['cutover', 'acceptLossBytes', null],
  ['retry', 'patch', []],
  ['retry', 'patch', 'accept'],
  ['retry', 'patch', null],
  ['abort', 'reason', 5],
  ['abort', 'reason', 'x'.repeat(501)],
  ['rollback', 'reason', '\u001b[2J'],
  ['rollback', 'reason', null],
  ['setRate', 'maxKeysPerSecond', 0],
  ['setRate', 'maxKeysPerSecond', '5'],
  ['setRate', 'maxBytesPerSecond', 'fast'],
  ['setRate', 'maxBytesPerSecond', -1],
])('%s refuses %s %j', (name, field, value) => {
  expect(readMessage(name, { [field]: value })).toEqual({
    message: null,
    problems: [expect.stringMatching(`^${name}.${field}: expected `)],
  });
});
