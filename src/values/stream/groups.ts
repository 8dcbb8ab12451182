import type { Reply } from '../../resp/reply.js';
import { equal, nameOf } from '../equal.js';
import { type Asker, ask, type Evidence, evidence, type Pair } from '../pair.js';
import { fieldsOf, nextId } from './id.js';
import { type Pending, pendingEntries } from './pending.js';

type Row = Map<string, Reply>;

/** `lag` is not compared: servers compute it. */
const groupFields = ['pending', 'last-delivered-id', 'entries-read'];

/** Pending entries that are looked at at once; each is small. */
const pendingWindow = 1000;

/** Of two clocks read one after the other. */
const clockGrainMs = 10;

/**
 * Consumer groups with their consumers and pending entries.
 * @param allConsumers also those that have nothing pending; before 7.0 replicas were not always told of them
 */
export async function groupsDifference(pair: Pair, allConsumers: boolean): Promise<Evidence> {
  const [source, target] = (await ask(pair, 'XINFO', 'GROUPS', pair.key)).map(rowsByName) as [
    Map<string, Row>,
    Map<string, Row>,
  ];
  if (source.size !== target.size) return evidence('groups', ...source.keys());
  for (const [name, group] of source) {
    const other = target.get(name);
    if (!other || !sameIn(groupFields, group, other)) return evidence(name, ...group.values());
    const groupName = group.get('name') as Buffer;
    const found =
      (await consumersDifference(pair, groupName, allConsumers)) ?? (await pendingDifference(pair, groupName));
    if (found !== null) return found;
  }
  return null;
}

async function consumersDifference(pair: Pair, group: Buffer, all: boolean): Promise<Evidence> {
  const replies = await ask(pair, 'XINFO', 'CONSUMERS', pair.key, group);
  const [source, target] = replies.map(reply => counted(rowsByName(reply), all)) as [
    Map<string, Row>,
    Map<string, Row>,
  ];
  const differs = ([name, row]: [string, Row]) => !sameIn(['pending'], row, target.get(name) ?? new Map());
  if (source.size === target.size && ![...source].some(differs)) return null;
  return evidence(group, ...[...source].flatMap(([name, row]) => [name, row.get('pending')]));
}

async function pendingDifference(pair: Pair, group: Buffer): Promise<Evidence> {
  let from = '-';
  for (;;) {
    pair.signal?.throwIfAborted();
    const read = (asker: Asker) => pendingEntries(asker, { key: pair.key, group, from, count: pendingWindow });
    const [source, target] = await Promise.all([read(pair.source), read(pair.target)]);
    const at = source.findIndex((entry, index) => !samePending(entry, target[index], pair.toleranceMs));
    if (at >= 0 || source.length !== target.length) {
      // Not the time of delivery: it is computed from two clocks, and would never be the same twice.
      return evidence(group, source[at]?.id, source[at]?.consumer, source[at]?.deliveries);
    }
    const last = source.at(-1);
    if (!last) return null;
    from = nextId(last.id);
  }
}

function samePending(one: Pending, other: Pending | undefined, toleranceMs: number): boolean {
  if (!other || !equal(one.id, other.id) || !equal(one.consumer, other.consumer)) return false;
  if (one.deliveries !== other.deliveries) return false;
  if (one.deliveredAt === undefined || other.deliveredAt === undefined) return true;
  return Math.abs(one.deliveredAt - other.deliveredAt) <= toleranceMs + clockGrainMs;
}

const rowsByName = (reply: Reply): Map<string, Row> =>
  new Map((reply as Reply[]).map(fieldsOf).map(row => [nameOf(row.get('name')), row]));

const counted = (rows: Map<string, Row>, all: boolean): Map<string, Row> =>
  all ? rows : new Map([...rows].filter(([, row]) => row.get('pending') !== 0));

/** A field that one side doesn't tell is not compared. */
const sameIn = (names: string[], one: Row, other: Row): boolean =>
  names.every(name => (one.has(name) && other.has(name) ? equal(one.get(name), other.get(name)) : name !== 'pending'));
