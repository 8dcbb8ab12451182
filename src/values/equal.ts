import type { Reply } from '../resp/reply.js';

/** Whether two replies are the same, byte for byte and in the same order. */
export function equal(one: Reply | undefined, other: Reply | undefined): boolean {
  if (Buffer.isBuffer(one) && Buffer.isBuffer(other)) return one.equals(other);
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, i) => equal(item, other[i]));
  return one === other;
}

/** Any bytes as a string that a Map or Set can hold: one character a byte. */
export const nameOf = (bytes: Reply | undefined): string =>
  Buffer.isBuffer(bytes) ? bytes.toString('latin1') : String(bytes);
