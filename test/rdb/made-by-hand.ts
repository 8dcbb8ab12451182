import { Crc64 } from '../../src/rdb/crc64.js';

/** Bytes, or a short text in latin1. */
type Bytes = Buffer | string | readonly number[];

const bytesOf = (bytes: Bytes): Buffer =>
  typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);

/** A string of fewer than 64 bytes, as it stands in a snapshot. */
export const string = (bytes: Bytes): Buffer => Buffer.concat([Buffer.from([bytesOf(bytes).length]), bytesOf(bytes)]);

export function int64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}

/** A key of one letter with its type and value. */
export const key = (type: number, ...value: Bytes[]): Buffer =>
  Buffer.concat([Buffer.from([type]), string('k'), ...value.map(bytesOf)]);

/** A snapshot with these records, its end and its checksum. */
export function snapshot(records: Bytes[], magic = 'REDIS0012'): Buffer {
  const body = Buffer.concat([magic, ...records, [255]].map(bytesOf));
  const sum = Buffer.alloc(8);
  new Crc64().update(body).write(sum, 0);
  return Buffer.concat([body, sum]);
}

/** A listpack of short strings. */
export function listpackOf(...entries: string[]): Buffer {
  const body = Buffer.concat(
    entries.map(text => Buffer.from([0x80 | text.length, ...Buffer.from(text), text.length + 1])),
  );
  const head = Buffer.alloc(6);
  head.writeUInt32LE(body.length + 7);
  head.writeUInt16LE(entries.length, 4);
  return Buffer.concat([head, body, Buffer.from([255])]);
}
