import { RdbError } from '../rdb-error.js';

const headerBytes = 6;
const end = 0xff;
/** The header counts so far; beyond it, entries have to be counted. */
const uncounted = 0xffff;

/**
 * The entries of a listpack in their order, integers as text.
 * @param position in the snapshot, where it may be compressed: for errors
 * @throws RdbError what isn't a listpack of exactly these bytes
 * Source: https://github.com/antirez/listpack/blob/master/listpack.md
 */
export function* listpack(bytes: Buffer, position: number): Generator<Buffer> {
  const refuse = (at: number, reason: string): never => {
    throw new RdbError(position, `a listpack ${reason}, at its byte ${at}`);
  };
  const last = bytes.length - 1;
  if (last < headerBytes || bytes.readUInt32LE(0) !== bytes.length) refuse(0, `of other than ${bytes.length} bytes`);
  let entries = 0;
  let at = headerBytes;
  while (at < last) {
    const { from, to, text } = entry(bytes, at);
    const next = to + backBytes(to - at);
    if (next > last || backLength(bytes, to, next) !== to - at) refuse(at, 'with an entry that is damaged');
    yield text ?? bytes.subarray(from, to);
    entries++;
    at = next;
  }
  if (bytes[last] !== end) refuse(last, 'without its end');
  const counted = bytes.readUInt16LE(4);
  if (counted !== uncounted && counted !== entries)
    refuse(at, `of ${entries} entries, that is said to have ${counted}`);
}

interface Entry {
  from: number;
  to: number;
  /** Of an integer. */
  text?: Buffer;
}

/** Beyond the end of the bytes there are zeros to it: the caller finds `to` out of bounds then. */
function entry(bytes: Buffer, at: number): Entry {
  const first = bytes[at] as number;
  const second = bytes[at + 1] ?? 0;
  if (first < 0x80) return integer(at + 1, first);
  if (first < 0xc0) return string(at + 1, first & 0x3f);
  if (first < 0xe0) return integer(at + 2, (((first & 0x1f) << 8) | second) - (first & 0x10 ? 1 << 13 : 0));
  if (first < 0xf0) return string(at + 2, ((first & 0x0f) << 8) | second);
  if (first === 0xf0) return string(at + 5, at + 5 > bytes.length ? 0 : bytes.readUInt32LE(at + 1));
  const size = integerSizes[first - 0xf1];
  if (size === undefined || at + 1 + size > bytes.length) return { from: at, to: bytes.length };
  const value = size === 8 ? bytes.readBigInt64LE(at + 1) : bytes.readIntLE(at + 1, size);
  return integer(at + 1 + size, value);
}

const integerSizes = [2, 3, 4, 8];
const string = (from: number, size: number): Entry => ({ from, to: from + size });
const integer = (to: number, value: number | bigint): Entry => ({ from: to, to, text: Buffer.from(String(value)) });

const backBytes = (size: number): number =>
  size < 128 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;

/** An entry is followed by its size, for walking back: seven bits a byte, the highest first. */
function backLength(bytes: Buffer, from: number, to: number): number {
  let size = 0;
  for (let at = from; at < to; at++) size = size * 128 + ((bytes[at] as number) & 127);
  return size;
}
