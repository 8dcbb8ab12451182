import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RdbError } from '../../src/rdb/rdb-error.js';
import { ValueReader } from '../../src/rdb/value-reader.js';
import { type RdbType, valueTypes } from '../../src/rdb/value-types.js';
import { type RedisServer, startRedis } from '../lab/index.js';

const footerBytes = 10;
const mostPiece = 136 << 10;
const string = valueTypes.redis[0] as RdbType;
let server: RedisServer;
beforeAll(async () => {
  server = await startRedis({ persistence: 'none', config: { rdbcompression: 'yes' } });
});
afterAll(() => server.discard());

/** The value as a snapshot has it. */
async function packed(value: Buffer): Promise<Buffer> {
  const connection = await server.connect();
  await connection.send('SET', 'key', value);
  const payload = (await connection.send('DUMP', 'key')) as Buffer;
  connection.close();
  const bytes = payload.subarray(1, -footerBytes);
  expect(bytes[0], 'compressed').toBe(0xc3);
  return bytes;
}

/** Reads it out of a window that grows by so many bytes a time, and moves as it does. */
function pieces(bytes: Buffer, step: (at: number) => number): Buffer[] {
  const found: Buffer[] = [];
  const window = { bytes: Buffer.alloc(0), at: 0, end: 0, base: 0 };
  const reader = new ValueReader(string, window);
  for (let come = 0; ; ) {
    const done = reader.next(it => void (it.kind === 'bytes' && found.push(Buffer.from(it.bytes))));
    if (done) return found;
    if (come === bytes.length) throw new Error('it wants more than there is');
    const next = Math.min(bytes.length, come + step(come));
    window.bytes = Buffer.concat([window.bytes.subarray(window.at, window.end), bytes.subarray(come, next)]);
    window.base += window.at;
    window.at = 0;
    window.end = window.bytes.length;
    come = next;
  }
}

/** Undefined: refused. */
function readOrRefused(bytes: Buffer): Buffer | undefined {
  try {
    return Buffer.concat(pieces(bytes, () => 4093));
  } catch (error) {
    expect(error).toBeInstanceOf(RdbError);
    return undefined;
  }
}

/** Repetitions far and near, and bytes that are never the same again. */
const value = Buffer.concat(
  Array.from({ length: 4000 }, (_, n) =>
    Buffer.from(`${n}:${Math.imul(n, 2654435761).toString(36)}`.repeat((n % 37) + 1)),
  ),
);

describe('a big compressed string', () => {
  it('is expanded in pieces of bounded size, however its bytes are cut', async () => {
    const bytes = await packed(value);
    for (const step of [() => bytes.length, () => 1, (at: number) => (at % 7) + 1, () => 4093]) {
      const found = pieces(bytes, step);
      expect(Buffer.concat(found).equals(value)).toBe(true);
      expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(mostPiece);
    }
    expect(pieces(bytes, () => bytes.length).length).toBeGreaterThan(3);
  });

  it('is of one byte again and again, too', async () => {
    const same = Buffer.alloc(3 << 20, 'x');
    expect(Buffer.concat(pieces(await packed(same), () => 1000)).equals(same)).toBe(true);
  });

  it('that is damaged is refused, whatever is changed in it', async () => {
    const bytes = await packed(value);
    for (const at of [11, 500, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0xe0;
      // What still has the right length, the checksum of a snapshot tells.
      expect(readOrRefused(damaged)?.equals(value) ?? false).toBe(false);
    }
    const short = Buffer.from(bytes);
    short.writeUInt32BE(value.length + 1, 6);
    expect(() => pieces(short, () => bytes.length)).toThrow(RdbError);
    short.writeUInt32BE(value.length - 1, 6);
    expect(() => pieces(short, () => bytes.length)).toThrow(RdbError);
  });
});
