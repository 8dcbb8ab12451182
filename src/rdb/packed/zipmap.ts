import { RdbError } from '../rdb-error.js';

const end = 0xff;
const longSize = 0xfe;

/**
 * Fields and values of a zipmap in turn: how small hashes were kept before 2.6.
 * @param position in the snapshot, where it may be compressed: for errors
 * @throws RdbError what isn't a zipmap of exactly these bytes
 * Source: the comment that begins zipmap.c
 */
export function* zipmap(bytes: Buffer, position: number): Generator<Buffer> {
  const last = bytes.length - 1;
  const refuse = (at: number): never => {
    throw new RdbError(position, `a zipmap that is damaged, at its byte ${at}`);
  };
  let at = 1;
  for (let isValue = false; at < last; isValue = !isValue) {
    const long = bytes[at] === longSize;
    const from = at + (long ? 5 : 1) + (isValue ? 1 : 0);
    if (from > last) refuse(at);
    const size = long ? bytes.readUInt32LE(at + 1) : (bytes[at] as number);
    // After a value there may be bytes that it left free when it shrank; how many stands before it.
    const free = isValue ? (bytes[from - 1] as number) : 0;
    if (from + size + free > last) refuse(at);
    yield bytes.subarray(from, from + size);
    at = from + size + free;
  }
  if (at !== last || bytes[last] !== end) refuse(at);
}
