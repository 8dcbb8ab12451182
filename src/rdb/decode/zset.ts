import type { Packed } from '../packed/index.js';
import type { Decoder } from './decoder.js';
import { groups } from './groups.js';

export const scoresInText = (): Decoder => (_, row, emit) => {
  const member = row.string();
  emit({ kind: 'score', member, score: valid(row.scoreInText()) ?? row.refuse('a score that is no number') });
};

export const scoresInBytes = (): Decoder => (_, row, emit) => {
  const member = row.string();
  emit({ kind: 'score', member, score: valid(row.double()) ?? row.refuse('a score that is no number') });
};

export const zsetIn = (packed: Packed) => (): Decoder => (_, row, emit) => {
  const { position } = row;
  for (const [member, text] of groups(2, packed(row.string(), position), row))
    emit({ kind: 'score', member, score: valid(inText(text)) ?? row.refuse('a score that is no number') });
};

const valid = (score: number): number | undefined => (Number.isNaN(score) ? undefined : score);

function inText(bytes: Buffer): number {
  const text = bytes.toString('latin1');
  if (/^-?inf$/.test(text)) return text === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}
