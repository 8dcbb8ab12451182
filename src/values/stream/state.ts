import type { Reply } from '../../resp/reply.js';
import type { Reading } from '../copy/reading.js';
import { evidence } from '../pair.js';
import { fieldsOf } from './id.js';

export interface StreamGroup {
  name: Buffer;
  lastDelivered: Buffer;
  /** Since 7.0; null where it can't be known. */
  entriesRead: Reply | undefined;
  consumers: Buffer[];
}

/** All of a stream but its entries and what is pending of them. */
export interface StreamState {
  length: number;
  lastId: Buffer;
  /** Both since 7.0. */
  entriesAdded: Reply | undefined;
  maxDeleted: Buffer | undefined;
  groups: StreamGroup[];
  /** The same again as long as nothing of this changes, and as much is pending. */
  digest: string;
}

type Row = ReadonlyMap<string, Reply>;

const attributes = ['length', 'last-generated-id', 'entries-added', 'max-deleted-entry-id'];
const ofGroup = ['name', 'pending', 'last-delivered-id', 'entries-read'];
const ofConsumer = ['name', 'pending'];

/** https://redis.io/docs/latest/commands/xinfo/ */
export async function streamState({ source, key, signal }: Reading): Promise<StreamState> {
  signal?.throwIfAborted();
  const stream = fieldsOf(await source.command('XINFO', 'STREAM', key));
  const seen = pick(stream, attributes);
  const groups: StreamGroup[] = [];
  for (const group of rows(await source.command('XINFO', 'GROUPS', key))) {
    const consumers = rows(await source.command('XINFO', 'CONSUMERS', key, group.get('name') as Buffer));
    seen.push(...pick(group, ofGroup), ...consumers.flatMap(consumer => pick(consumer, ofConsumer)));
    groups.push(groupOf(group, consumers));
  }
  return {
    length: Number(stream.get('length')),
    lastId: stream.get('last-generated-id') as Buffer,
    entriesAdded: stream.get('entries-added'),
    maxDeleted: stream.get('max-deleted-entry-id') as Buffer | undefined,
    groups,
    digest: evidence(...seen),
  };
}

const groupOf = (group: Row, consumers: Row[]): StreamGroup => ({
  name: group.get('name') as Buffer,
  lastDelivered: group.get('last-delivered-id') as Buffer,
  entriesRead: group.get('entries-read'),
  consumers: consumers.map(consumer => consumer.get('name') as Buffer),
});

const rows = (reply: Reply): Row[] => (reply as Reply[]).map(fieldsOf);

const pick = (row: Row, names: string[]): (Reply | undefined)[] => names.map(name => row.get(name));
