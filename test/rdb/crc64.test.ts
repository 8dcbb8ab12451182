import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Crc64 } from '../../src/rdb/crc64.js';

function sum(bytes: Buffer): bigint {
  const into = Buffer.alloc(8);
  new Crc64().update(bytes).write(into, 0);
  return into.readBigUInt64LE();
}

/** Bit by bit, as it is defined. */
function slowSum(bytes: Buffer): bigint {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? 0x95ac9329ac4bc9b5n : 0n);
  }
  return crc;
}

test('gives the check value of the Jones CRC', () => {
  expect(sum(Buffer.from('123456789'))).toBe(0xe9c6d914c4b8d9can);
});

test('any bytes, in any pieces, sum up to what the definition says', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (array, cut) => {
      const bytes = Buffer.from(array);
      const at = Math.min(cut, bytes.length);
      const written = Buffer.alloc(8);
      const inPieces = new Crc64().byte(7).clear().update(bytes, 0, at).update(bytes, at);
      inPieces.write(written, 0);
      expect(written.readBigUInt64LE()).toBe(slowSum(bytes));
      expect(inPieces.isAt(written, 0)).toBe(true);
      written[3] = (written[3] as number) ^ 1;
      expect(inPieces.isAt(written, 0)).toBe(false);
    }),
  );
});
