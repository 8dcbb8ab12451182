import { expect, test } from 'vitest';
import { ExpectedPayloadDigest } from '../../src/resp/payload-digest.js';
import { RespError } from '../../src/resp/reply.js';
import { cut, onWire } from './arbitrary-reply.js';

function digest(bytes: Buffer, size: number) {
  const expected = new ExpectedPayloadDigest();
  for (const chunk of cut(bytes, [size])) expected.consume(chunk, 0);
  return expected.result();
}

const payload = (value: string, footer: string): Buffer => onWire(Buffer.from(value + footer));

test('a payload has the same digest however it is cut and whatever RDB version its footer names', () => {
  const one = digest(payload('the value', 'version-10'), 1000);
  expect(one).toEqual(expect.any(String));
  for (const size of [1, 2, 7, 11, 13]) expect(digest(payload('the value', 'version-11'), size)).toBe(one);
  expect(digest(payload('the Value', 'version-10'), 1000)).not.toBe(one);
});

test('a key that is not there has none, and an error is an error', () => {
  expect(digest(onWire(null), 2)).toBeNull();
  const error = digest(onWire(new RespError('NOPERM no permission')), 3);
  expect(error).toBeInstanceOf(RespError);
  expect((error as RespError).message).toBe('NOPERM no permission');
});
