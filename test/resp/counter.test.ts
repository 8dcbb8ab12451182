import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { ReplyCounter } from '../../src/resp/counter.js';
import { ExpectedBytes } from '../../src/resp/expected.js';
import { type Reply, RespError } from '../../src/resp/reply.js';
import { cut, onWire, reply, sizes } from './arbitrary-reply.js';

const count = (value: Reply, wanted: (value: Reply) => boolean): number =>
  Number(wanted(value)) +
  (Array.isArray(value) ? value.reduce<number>((sum, item) => sum + count(item, wanted), 0) : 0);

test('the bytes of N replies end where the last of them ends, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(reply, { minLength: 1, maxLength: 8 }), sizes, fc.uint8Array(), (replies, pieces, rest) => {
      const bytes = Buffer.concat(replies.map(onWire));
      const kept = new ByteBuilder();
      const expected = new ExpectedBytes(replies.length, kept, Number.POSITIVE_INFINITY);
      let left = 0;
      for (const chunk of cut(Buffer.concat([bytes, rest]), pieces)) left += chunk.length - expected.consume(chunk, 0);
      expect(expected.result()).toEqual({
        errors: count(replies, value => value instanceof RespError),
        nils: count(replies, value => value === null),
        bytes: bytes.length,
        whole: true,
      });
      expect(kept.view().equals(bytes)).toBe(true);
      expect(left).toBe(rest.length);
    }),
    { numRuns: 500 },
  );
});

test('beyond the limit nothing is kept, and the replies are counted all the same', () => {
  const kept = new ByteBuilder();
  const expected = new ExpectedBytes(3, kept, 100);
  const bytes = Buffer.concat([onWire(Buffer.alloc(50)), onWire(Buffer.alloc(1 << 20)), onWire(null)]);
  for (const chunk of cut(bytes, [60])) expected.consume(chunk, 0);
  expect(expected.result()).toMatchObject({ bytes: bytes.length, whole: false, nils: 1 });
  expect(kept.length).toBeLessThanOrEqual(100);
});

test.each([
  ['$99999999999999999999\r\n', /at byte 0 .*length beyond/],
  ['$1x\r\n', /not a number/],
  ['HTTP/1.1 200 OK\r\n', /unknown type "H"/],
])('refuses %j', (bytes, reason) => {
  expect(() => new ReplyCounter(1).count(Buffer.from(bytes), 0)).toThrow(reason);
});
