/** The product's own keys (markers, checkpoints): on neither side are they part of the data. */
export const ownPrefix = '__redis-migration:';

const prefix = Buffer.from(ownPrefix);

export function isOwnKey(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== prefix[0] || to - from < prefix.length) return false;
  return prefix.every((byte, index) => bytes[from + index] === byte);
}
