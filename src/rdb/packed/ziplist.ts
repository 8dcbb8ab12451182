import { RdbError } from '../rdb-error.js';

const headerBytes = 10;
const end = 0xff;
const longBefore = 0xfe;
const uncounted = 0xffff;

/**
 * The entries of a ziplist in their order, integers as text.
 * @param position in the snapshot, where it may be compressed: for errors
 * @throws RdbError what isn't a ziplist of exactly these bytes
 * Source: the comment that begins ziplist.c
 */
export function* ziplist(bytes: Buffer, position: number): Generator<Buffer> {
  const refuse = (at: number, reason: string): never => {
    throw new RdbError(position, `a ziplist ${reason}, at its byte ${at}`);
  };
  const last = bytes.length - 1;
  if (last < headerBytes || bytes.readUInt32LE(0) !== bytes.length) refuse(0, `of other than ${bytes.length} bytes`);
  let entries = 0;
  let before = 0;
  let at = headerBytes;
  while (at < last) {
    const long = bytes[at] === longBefore;
    const body = at + (long ? 5 : 1);
    if (body >= last || (long ? bytes.readUInt32LE(at + 1) : bytes[at]) !== before) refuse(at, 'that is out of step');
    const { from, to, text } = entry(bytes, body);
    if (to > last) refuse(at, 'with an entry beyond its end');
    yield text ?? bytes.subarray(from, to);
    entries++;
    before = to - at;
    at = to;
  }
  if (bytes[last] !== end) refuse(last, 'without its end');
  const counted = bytes.readUInt16LE(8);
  if (counted !== uncounted && counted !== entries)
    refuse(at, `of ${entries} entries, that is said to have ${counted}`);
}

interface Entry {
  from: number;
  to: number;
  /** Of an integer. */
  text?: Buffer;
}

const beyond: Entry = { from: 0, to: Number.POSITIVE_INFINITY };
/** Bytes of an integer, by the byte that says so. */
const integers: Record<number, number> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

function entry(bytes: Buffer, at: number): Entry {
  const first = bytes[at] as number;
  if (first < 0x40) return string(at + 1, first);
  if (first < 0x80) return string(at + 2, ((first & 0x3f) << 8) | (bytes[at + 1] ?? 0));
  if (first === 0x80) return at + 5 > bytes.length ? beyond : string(at + 5, bytes.readUInt32BE(at + 1));
  if (first > 0xf0 && first < 0xfe) return integer(at + 1, (first & 0x0f) - 1);
  const size = integers[first];
  if (size === undefined || at + 1 + size > bytes.length) return beyond;
  return integer(at + 1 + size, size === 8 ? bytes.readBigInt64LE(at + 1) : bytes.readIntLE(at + 1, size));
}

const string = (from: number, size: number): Entry => ({ from, to: from + size });
const integer = (to: number, value: number | bigint): Entry => ({ from: to, to, text: Buffer.from(String(value)) });
