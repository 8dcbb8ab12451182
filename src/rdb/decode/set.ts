import type { Decoder } from './decoder.js';
import { listIn } from './list.js';

const headerBytes = 8;

export const setIn = listIn;

/** Integers of 2, 4 or 8 bytes, all of one width. Source: intset.c */
export const intset = (): Decoder => (_, row, emit) => {
  const bytes = row.string();
  const width = bytes.length < headerBytes ? 0 : bytes.readUInt32LE(0);
  const fits =
    (width === 2 || width === 4 || width === 8) && headerBytes + bytes.readUInt32LE(4) * width === bytes.length;
  if (!fits) row.refuse('a set of integers that is damaged');
  for (let at = headerBytes; at < bytes.length; at += width) {
    const value = width === 8 ? bytes.readBigInt64LE(at) : bytes.readIntLE(at, width);
    emit({ kind: 'item', bytes: Buffer.from(String(value)) });
  }
};
