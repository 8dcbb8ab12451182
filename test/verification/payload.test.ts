import { expect, test } from 'vitest';
import { sameBody } from '../../src/verification/payload.js';

const same = (one: Buffer, other: Buffer): boolean =>
  sameBody(one, { from: 0, to: one.length }, other, { from: 0, to: other.length });
/** Type byte, value, RDB version, CRC64. */
const payload = (type: number, value: string, version: number): Buffer =>
  Buffer.concat([Buffer.from([type]), Buffer.from(value), Buffer.from([version, 0]), Buffer.alloc(8, version)]);

test('the same value in another RDB version is the same, where the type means the same in every version', () => {
  expect(same(payload(0, 'value', 9), payload(0, 'value', 11))).toBe(true);
  expect(same(payload(21, 'value', 10), payload(21, 'value', 12))).toBe(true);
  expect(same(payload(24, 'value', 12), payload(24, 'value', 12))).toBe(true);
  expect(same(payload(24, 'value', 12), payload(24, 'value', 80))).toBe(false);
});

test('another value, type or length is not', () => {
  expect(same(payload(0, 'value', 9), payload(0, 'Value', 9))).toBe(false);
  expect(same(payload(0, 'value', 9), payload(1, 'value', 9))).toBe(false);
  expect(same(payload(0, 'value', 9), payload(0, 'values', 9))).toBe(false);
});

test('only the bytes of the one key are looked at', () => {
  const one = Buffer.concat([Buffer.from('before'), payload(0, 'value', 9), Buffer.from('after')]);
  const other = payload(0, 'value', 9);
  expect(sameBody(one, { from: 6, to: one.length - 5 }, other, { from: 0, to: other.length })).toBe(true);
});
