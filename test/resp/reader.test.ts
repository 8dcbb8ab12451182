import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RespReader } from '../../src/resp/reader.js';
import { ProtocolError, type Reply, RespError } from '../../src/resp/reply.js';
import { cut, onWire, reply, sizes } from './arbitrary-reply.js';

function readAll(chunks: Buffer[], reader = new RespReader()): Reply[] {
  const replies: Reply[] = [];
  for (const chunk of chunks)
    for (let at = 0; at < chunk.length; ) {
      at = reader.read(chunk, at);
      const read = reader.take();
      if (read !== undefined) replies.push(read);
    }
  return replies;
}

/** Errors are compared by their text. */
const plain = (value: Reply): unknown =>
  value instanceof RespError ? `-${value.message}` : Array.isArray(value) ? value.map(plain) : value;

test('replies are the same however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(fc.array(reply, { minLength: 1, maxLength: 8 }), sizes, (replies, pieces) => {
      const read = readAll(cut(Buffer.concat(replies.map(onWire)), pieces));
      expect(read.map(plain)).toEqual(replies.map(plain));
    }),
    { numRuns: 500 },
  );
});

test('what it gives stays as it is when the chunk is used again', () => {
  const chunk = Buffer.from('$5\r\nfirst\r\n');
  const [first] = readAll([chunk]);
  chunk.fill(0);
  expect(String(first)).toBe('first');
});

test('a reply that has not come to its end is no reply', () => {
  fc.assert(
    fc.property(reply, fc.nat(), (value, at) => {
      const bytes = onWire(value);
      expect(readAll([bytes.subarray(0, at % bytes.length)])).toEqual([]);
    }),
  );
});

test('a bulk string of 32 MiB comes through in chunks of 4 KiB', () => {
  const big = Buffer.alloc(32 << 20, 'abcdefg');
  const [read] = readAll(cut(onWire(big), [4096]));
  expect(big.equals(read as Buffer)).toBe(true);
});

test('integers beyond 2^53 keep every digit', () => {
  expect(readAll([Buffer.from(':9007199254740993\r\n:-9223372036854775808\r\n:18446744073709551615\r\n')])).toEqual([
    9007199254740993n,
    -9223372036854775808n,
    18446744073709551615n,
  ]);
});

describe('refused, with the position and the reason', () => {
  const limits = { bulkBytes: 100, elements: 10, depth: 3, lineBytes: 64, replyBytes: 250 };
  const rows: [string, string, RegExp][] = [
    ['an unknown type', '!x\r\n', /at byte 4 .*unknown type "!"/],
    ['RESP3', '%1\r\n', /unknown type "%"/],
    ['a page of a web server', 'HTTP/1.1 400 Bad Request\r\n', /unknown type "H"/],
    ['a bulk string beyond the limit', '$101\r\n', /length of 101, where at most 100/],
    ['a length of 20 digits', '$18446744073709551615\r\n', /length of 18446744073709551615/],
    ['a length of more digits than any', '$99999999999999999999999\r\n', /not an integer/],
    ['a negative length', '$-2\r\n', /length of -2/],
    ['a length that is no number', '$1x\r\n', /not an integer: "1x"/],
    ['no length', '*\r\n', /not an integer: ""/],
    ['an array beyond the limit', '*11\r\n', /length of 11, where at most 10/],
    ['many arrays that each keep to the limit', '*6\r\n*6\r\n', /more than 10 elements/],
    ['arrays nested too deeply', '*1\r\n*1\r\n*1\r\n*1\r\n', /nested deeper than 3/],
    ['a line without an end', `+${'x'.repeat(100)}`, /a line beyond the limit/],
    ['a line with half an end', '+OK\n', /does not end with/],
    ['a bulk string that is longer than it said', '$3\r\nabcde\r\n', /longer than it said/],
    [
      'values that are too many bytes together',
      `*3\r\n${'$90\r\n'.padEnd(95, 'x')}\r\n`.repeat(3),
      /more than 250 bytes/,
    ],
  ];
  test.each(rows)('%s', (_, bytes, reason) => {
    const reader = new RespReader(limits);
    readAll([Buffer.from(':1\r\n')], reader);
    expect(() => readAll([Buffer.from(bytes)], reader)).toThrow(reason);
    expect(() => readAll(cut(Buffer.from(bytes), [1]), new RespReader(limits))).toThrow(ProtocolError);
  });
});
