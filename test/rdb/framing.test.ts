import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SnapshotFraming } from '../../src/rdb/receive/framing.js';
import { cut, sizes } from '../resp/arbitrary-reply.js';

const mark = 'f'.repeat(20) + '0123456789'.repeat(2);

function read(bytes: Buffer, pieces: readonly number[]) {
  const framing = new SnapshotFraming();
  const given: Buffer[] = [];
  let left = 0;
  for (const chunk of cut(bytes, pieces)) {
    if (framing.complete) left += chunk.length;
    else left += chunk.length - framing.consume(chunk, 0, part => given.push(Buffer.from(part)));
  }
  return { payload: Buffer.concat(given), complete: framing.complete, left };
}

/** Bytes that look like the mark's beginning now and then. */
const payload = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.nat(39).map(n => Buffer.from(mark.slice(0, n))),
    ),
    { maxLength: 6 },
  )
  .map(parts => Buffer.concat(parts));

describe('finds where a snapshot ends, however the bytes are cut', () => {
  test('by its length', () => {
    fc.assert(
      fc.property(payload, sizes, fc.nat(50), (body, pieces, after) => {
        const bytes = Buffer.concat([Buffer.from(`\n\n$${body.length}\r\n`), body, Buffer.alloc(after)]);
        expect(read(bytes, pieces)).toEqual({ payload: body, complete: true, left: after });
      }),
    );
  });

  test('by its mark', () => {
    fc.assert(
      fc.property(payload, sizes, fc.nat(50), (body, pieces, after) => {
        const bytes = Buffer.concat([Buffer.from(`\n$EOF:${mark}\r\n`), body, Buffer.from(mark), Buffer.alloc(after)]);
        expect(read(bytes, pieces)).toEqual({ payload: body, complete: true, left: after });
        expect(read(bytes.subarray(0, bytes.length - after - 1), pieces).complete).toBe(false);
      }),
    );
  });
});

test.each([
  ['-ERR BGSAVE failed\r\n', /^ERR BGSAVE failed$/],
  ['$EOF:short\r\n', /"\$EOF:short" where a snapshot should begin/],
  ['$99999999999999999999\r\n', /where a snapshot should begin/],
  ['+OK\r\n', /where a snapshot should begin/],
  ['x'.repeat(1000), /line beyond the limit/],
])('refuses %j', (bytes, reason) => {
  expect(() => read(Buffer.from(bytes), [7])).toThrow(reason);
  expect(() => read(Buffer.from(bytes), [2000])).toThrow(reason);
});
