import fc from 'fast-check';
import { type Reply, RespError } from '../../src/resp/reply.js';

const line = fc.string({ unit: fc.constantFrom(...'abcXYZ 0189:$*+-é'), maxLength: 40 });
const integer = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt(2n ** 60n, 2n ** 63n - 1n),
  fc.bigInt(-(2n ** 63n), -(2n ** 60n)),
);
const bulk = fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes));

/** Any RESP2 reply, arrays nested. */
export const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply; array: Reply[] }>(tie => ({
  reply: fc.oneof(
    { maxDepth: 4 },
    line,
    line.map(text => new RespError(`ERR ${text}`)),
    integer,
    bulk,
    fc.constant(null),
    tie('array'),
  ),
  array: fc.array(tie('reply'), { maxLength: 6 }),
})).reply;

/** As a server writes it. */
export function onWire(value: Reply): Buffer {
  if (value === null) return Buffer.from('$-1\r\n');
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from(`*${value.length}\r\n`), ...value.map(onWire)]);
  if (value instanceof RespError) return Buffer.from(`-${value.message}\r\n`);
  return Buffer.from(typeof value === 'string' ? `+${value}\r\n` : `:${value}\r\n`);
}

/** The bytes cut into pieces whose sizes repeat those given. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

export const sizes = fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1, maxLength: 8 });
