import type { JournalEntry } from './journal-file.js';
import type { OperationName } from './write-operation.js';

/** What was written to one key (or field) that only one writer knows. */
export interface WrittenKey {
  operation: OperationName;
  key: string;
  /** The numbers of the acknowledged writes, ascending. */
  acked: number[];
  /** The last write, if its outcome isn't known. */
  ambiguous: number | null;
}

export function writtenKeys(entries: Iterable<JournalEntry>): WrittenKey[] {
  const byKey = new Map<string, WrittenKey>();
  for (const { operation, key, outcome, seq } of entries) {
    const record = byKey.get(key) ?? { operation, key, acked: [], ambiguous: null };
    byKey.set(key, record);
    if (record.ambiguous !== null) throw new Error(`${key} was written again after an unknown outcome`);
    if (outcome === 'acked') record.acked.push(seq);
    else record.ambiguous = seq;
  }
  return [...byKey.values()];
}
