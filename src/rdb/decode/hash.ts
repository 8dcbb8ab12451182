import type { Packed } from '../packed/index.js';
import type { Decoder } from './decoder.js';
import { groups } from './groups.js';
import type { RowReader } from './row-reader.js';

export const hashFields = (): Decoder => (_, row, emit) =>
  emit({ kind: 'field', field: row.string(), value: row.string(), expireAt: null });

/** Fields and values in turn; of those that expire, the time is a third. */
export const hashIn =
  (packed: Packed, { expiring = false } = {}) =>
  (): Decoder =>
  (name, row, emit) => {
    if (name === 'expiry') return;
    const { position } = row;
    const entries = packed(row.string(), position);
    if (!expiring)
      for (const [field, value] of groups(2, entries, row)) emit({ kind: 'field', field, value, expireAt: null });
    else
      for (const [field, value, time] of groups(3, entries, row))
        emit({ kind: 'field', field, value, expireAt: expiry(Number(time.toString('latin1')), row) });
  };

/** Each field's time is counted from the earliest of all, where that stands before them, and from 1. */
export const hashOfRelative = (): Decoder => {
  let earliest = 1;
  return (name, row, emit) => {
    if (name === 'expiry') {
      earliest = row.time();
      return;
    }
    const time = row.length();
    const expireAt = expiry(time === 0 ? 0 : time + earliest - 1, row);
    emit({ kind: 'field', field: row.string(), value: row.string(), expireAt });
  };
};

/** Valkey's: the time after each value, -1 where there is none. */
export const hashOfExpiring = (): Decoder => (_, row, emit) => {
  const [field, value, time] = [row.string(), row.string(), row.time()];
  emit({ kind: 'field', field, value, expireAt: time === -1 ? null : expiry(time, row) });
};

/** 0: none. */
function expiry(time: number, row: RowReader): number | null {
  if (!Number.isSafeInteger(time) || time < 0) row.refuse(`a field's expiry that is no time`);
  return time === 0 ? null : time;
}
