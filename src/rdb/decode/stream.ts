import type { RowName } from '../layout.js';
import type { Decoder, Emit, StreamState } from './decoder.js';
import { PendingTable } from './pending-table.js';
import type { RowReader } from './row-reader.js';
import { idOf, nodeEntries } from './stream-node.js';

const unknownRead = 2n ** 64n - 1n;

/** Entries, what the stream knows of itself, then its groups; each pending entry is told with its consumer's. */
export const streamEntries = (version: 1 | 2 | 3) => (): Decoder => {
  const pending = new PendingTable();
  let group: Buffer = Buffer.alloc(0);
  let consumer: Buffer = Buffer.alloc(0);
  const rows: Partial<Record<RowName, (row: RowReader, emit: Emit) => void>> = {
    node: (row, emit) => {
      const { position } = row;
      for (const entry of nodeEntries(row.string(), row.string(), position)) emit(entry);
    },
    state: (row, emit) => emit(state(row, version)),
    group: (row, emit) => {
      pending.clear();
      group = Buffer.from(row.string());
      const lastId = id(row);
      const read = version === 1 ? unknownRead : row.longLength();
      emit({ kind: 'group', name: group, lastId, entriesRead: read === unknownRead ? null : Number(read) });
    },
    pending: row => pending.add(row.bytes(16), row.time(), row.length()) || row.refuse('pending entries out of order'),
    consumer: (row, emit) => {
      consumer = Buffer.from(row.string());
      const seenAt = row.time();
      const active = version === 3 ? row.time() : -1;
      emit({ kind: 'consumer', group, name: consumer, seenAt, activeAt: active === -1 ? null : active });
    },
    owned: (row, emit) => {
      const bytes = row.bytes(16);
      const found = pending.find(bytes) ?? row.refuse('a pending entry of a consumer that its group has not');
      emit({ kind: 'pending', group, consumer, id: idOf(bytes), ...found });
    },
  };
  return (name, row, emit) => rows[name]?.(row, emit);
};

const id = (row: RowReader): string => `${row.longLength()}-${row.longLength()}`;

function state(row: RowReader, version: 1 | 2 | 3): StreamState {
  const [length, lastId] = [row.length(), id(row)];
  const counters = version === 1 ? null : { firstId: id(row), maxDeletedId: id(row), entriesAdded: row.length() };
  return { kind: 'stream', length, lastId, counters };
}
