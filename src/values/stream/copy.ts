import type { Arg } from '../../resp/encode.js';
import type { Abilities } from '../copy/abilities.js';
import type { Building } from '../copy/building.js';
import { ValueChanged } from '../copy/changed.js';
import type { Piece } from '../copy/piece.js';
import type { Reading } from '../copy/reading.js';
import { copyEntries } from './copy-entries.js';
import { PendingCopy, pendingDigest } from './copy-pending.js';
import { type StreamState, streamState } from './state.js';

/**
 * Copies a stream with its counters, groups, consumers and pending entries. When a consumer was last seen can't be copied.
 * @returns what the target can't hold: the counters, before 7.0
 * @throws ValueChanged
 */
export async function copyStream(from: Reading, to: Building): Promise<string[]> {
  const state = await streamState(from);
  await to.write(piece => beginStream(piece, to, state));
  const pending = state.groups.map(({ name }) => new PendingCopy(from, name, state.groups.length));
  const anyDeleted = await copyEntries(from, to, state.lastId, pending);
  await to.write(piece => endStream((...words) => piece.add(...words), to, state));
  await provePending(from, state, pending);
  return unheldOf(to.abilities, state, anyDeleted);
}

/** WATCH doesn't hear of what consumers do; but what is the same twice was so in between, at the end of the first reading. */
async function provePending(from: Reading, state: StreamState, pending: readonly PendingCopy[]): Promise<void> {
  if ((await streamState(from)).digest !== state.digest) throw new ValueChanged();
  for (const [index, { name }] of state.groups.entries())
    if ((await pendingDigest(from, name)) !== pending[index]?.digest()) throw new ValueChanged();
}

/** An empty stream comes with a group only; where none is wanted, it goes again and the stream stays. */
function beginStream(piece: Piece, { key, abilities }: Building, { groups }: StreamState): void {
  piece.add('XGROUP', 'CREATE', key, 'none', 0, 'MKSTREAM');
  piece.add('XGROUP', 'DESTROY', key, 'none');
  for (const { name, consumers } of groups) {
    piece.add('XGROUP', 'CREATE', key, name, 0);
    for (const consumer of consumers)
      if (abilities.createConsumer) piece.add('XGROUP', 'CREATECONSUMER', key, name, consumer);
      else piece.add('XREADGROUP', 'GROUP', name, consumer, 'COUNT', 1, 'STREAMS', key, 0);
  }
}

/** Positions and counters, which adding entries has moved. https://redis.io/docs/latest/commands/xsetid/ */
export function endStream(
  write: (...words: Arg[]) => void,
  { key, abilities }: Pick<Building, 'key' | 'abilities'>,
  state: Omit<StreamState, 'digest'>,
): void {
  const { lastId, entriesAdded = state.length, maxDeleted, groups } = state;
  const counters = ['ENTRIESADDED', Number(entriesAdded), ...(maxDeleted ? ['MAXDELETEDID', maxDeleted] : [])];
  write('XSETID', key, lastId, ...(abilities.absoluteTimes ? counters : []));
  for (const { name, lastDelivered, entriesRead } of groups) {
    const read = abilities.absoluteTimes && typeof entriesRead === 'number' ? ['ENTRIESREAD', entriesRead] : [];
    write('XGROUP', 'SETID', key, name, lastDelivered, ...read);
  }
}

/** Counters that say no more than a server assumes of a stream without them are not missed. */
export function unheldOf(
  { absoluteTimes }: Abilities,
  state: Omit<StreamState, 'digest'>,
  anyDeleted: boolean,
): string[] {
  const { length, entriesAdded = length, maxDeleted, groups } = state;
  const toldDeleted = maxDeleted !== undefined && !maxDeleted.equals(Buffer.from('0-0'));
  // Once an entry was deleted, a server can't be told that none was.
  if (absoluteTimes) return anyDeleted && maxDeleted && !toldDeleted ? ['max-deleted-entry-id'] : [];
  const read = groups.some(({ entriesRead }) => typeof entriesRead === 'number');
  return [
    ...(Number(entriesAdded) === length ? [] : ['entries-added']),
    ...(toldDeleted ? ['max-deleted-entry-id'] : []),
    ...(read ? ['entries-read of its groups'] : []),
  ];
}
