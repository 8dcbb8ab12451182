import { RowReader } from './decode/row-reader.js';
import type { RdbReader } from './reader.js';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const length = 9;
const versionBits = 10n;

/**
 * What TYPE says of a module's value, as the reader has found one: its id is nine letters of 6 bits and a version.
 * Source: moduleTypeEncodeId in module.c
 */
export function moduleName({ window, valueFrom, valueTo }: RdbReader): string {
  const id = new RowReader().over(window.bytes, valueFrom, valueTo, window.base).longLength() >> versionBits;
  return Array.from({ length }, (_, at) => letters[Number((id >> BigInt(6 * (length - 1 - at))) & 63n)]).join('');
}
