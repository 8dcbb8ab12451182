import { listpack, type Packed } from '../packed/index.js';
import type { Decoder } from './decoder.js';

const plain = 1;
const packedNode = 2;

/** Elements of a list or members of a set, one a row. */
export const strings = (): Decoder => (_, row, emit) => emit({ kind: 'item', bytes: row.string() });

export const listIn = (packed: Packed) => (): Decoder => (_, row, emit) => {
  const { position } = row;
  for (const bytes of packed(row.string(), position)) emit({ kind: 'item', bytes });
};

/** Nodes of lists since 7.0: a big element on its own, or a listpack of small ones. */
export const listNodes = (): Decoder => (name, row, emit) => {
  const kind = row.length();
  if (kind !== plain && kind !== packedNode) row.refuse(`a list's node of unknown kind ${kind}`);
  (kind === plain ? strings() : inListpacks())(name, row, emit);
};

const inListpacks = listIn(listpack);
