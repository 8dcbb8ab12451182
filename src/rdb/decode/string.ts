import type { Decoder } from './decoder.js';

export const string = (): Decoder => (_, row, emit) => emit({ kind: 'bytes', bytes: row.string() });
