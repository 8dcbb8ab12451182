import { ownPrefix } from '../contract/own-prefix.js';

const prefix = Buffer.from(ownPrefix);

/** Whether the name is one of the product's own keys, which on neither side are part of the data. */
export function isOwnKey(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== prefix[0] || to - from < prefix.length) return false;
  return prefix.every((byte, index) => bytes[from + index] === byte);
}
