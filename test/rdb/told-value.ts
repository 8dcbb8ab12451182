import type { Element, StreamState } from '../../src/rdb/decode/decoder.js';
import type { Told } from './fixtures.js';
import type { ReadKey } from './read-all.js';

const base64 = (bytes: Buffer): string => bytes.toString('base64');
const sortedByBytes = (all: string[][]): string[][] =>
  all.toSorted((one, other) => Buffer.from(one[0] ?? '', 'base64').compare(Buffer.from(other[0] ?? '', 'base64')));
const textOf = (value: unknown): string => Buffer.from(String(value), 'base64').toString();

type Scored = [member: string, score: number];

/** Snapshots have sorted sets backwards, or in the order of their members' hashes. */
const inOrder = (all: Scored[]): Scored[] =>
  all.toSorted(
    ([one, score], [other, otherScore]) =>
      (score === otherScore ? 0 : score - otherScore) ||
      Buffer.from(one, 'base64').compare(Buffer.from(other, 'base64')),
  );

/** Some servers' members and scores were noted in turn. */
const pairs = (flat: string[]): string[][] => flat.flatMap((each, at) => (at % 2 ? [] : [[each, flat[at + 1] ?? '']]));

/** What was read of a key, in the form of the server's answers. Scores are numbers, `info` and `groups` without what is computed. */
export function asTold({ key, expireAt, type: { type }, elements }: ReadKey): object {
  return {
    key: base64(key),
    type,
    pexpireat: expireAt < 0 ? null : expireAt,
    value: contentOf(type, elements),
    ...fieldExpiry(elements),
    ...(type === 'stream' ? streamOf(elements) : {}),
  };
}

/** The server's own answer, brought into the same form. */
export function expected({ key, type, pexpireat, value, fieldExpiry, info, groups, pending }: Told): object {
  const scores = () =>
    pairs((value as (string | string[])[]).flat()).map(([member, score]) => [member, numberOf(textOf(score))]);
  return {
    key,
    type,
    pexpireat,
    value: type === 'zset' ? inOrder(scores() as Scored[]) : value,
    ...(fieldExpiry ? { fieldExpiry } : {}),
    ...(info && groups ? { info: pick(info), groups: groups.map(pick), pending } : {}),
  };
}

function contentOf(type: string, elements: Element[]): unknown {
  const of = <K extends Element['kind']>(kind: K) =>
    elements.filter((element): element is Element & { kind: K } => element.kind === kind);
  if (type === 'string') return base64(Buffer.concat(of('bytes').map(({ bytes }) => bytes)));
  if (type === 'list') return of('item').map(({ bytes }) => base64(bytes));
  if (type === 'set') return sortedByBytes(of('item').map(({ bytes }) => [base64(bytes)])).flat();
  if (type === 'zset') return inOrder(of('score').map(({ member, score }): Scored => [base64(member), score]));
  if (type === 'hash') return sortedByBytes(of('field').map(({ field, value }) => [base64(field), base64(value)]));
  return of('entry').map(({ id, fields }) => [base64(Buffer.from(id)), fields.map(base64)]);
}

function fieldExpiry(elements: Element[]): object {
  const expiring = elements.flatMap(element =>
    element.kind === 'field' && element.expireAt !== null ? [[base64(element.field), element.expireAt]] : [],
  );
  return expiring.length > 0 ? { fieldExpiry: Object.fromEntries(expiring) } : {};
}

function streamOf(elements: Element[]): object {
  const state = elements.find((element): element is StreamState => element.kind === 'stream') as StreamState;
  const groups = elements.flatMap(each => (each.kind === 'group' ? [each] : []));
  const pending = elements.flatMap(each => (each.kind === 'pending' ? [each] : []));
  const consumers = elements.flatMap(each => (each.kind === 'consumer' ? [each] : []));
  return {
    info: {
      length: state.length,
      'last-generated-id': state.lastId,
      groups: groups.length,
      ...(state.counters && {
        'max-deleted-entry-id': state.counters.maxDeletedId,
        'entries-added': state.counters.entriesAdded,
        'recorded-first-entry-id': state.counters.firstId,
      }),
    },
    groups: groups.map(({ name, lastId, entriesRead }) => ({
      name: String(name),
      consumers: consumers.filter(({ group }) => group.equals(name)).length,
      pending: pending.filter(({ group }) => group.equals(name)).length,
      'last-delivered-id': lastId,
      ...(state.counters && { 'entries-read': entriesRead }),
    })),
    pending: Object.fromEntries(
      groups.map(({ name }) => [
        String(name),
        pending
          .filter(({ group }) => group.equals(name))
          .toSorted((one, other) => one.id.localeCompare(other.id))
          .map(({ id, consumer, deliveries }) => [id, String(consumer), deliveries]),
      ]),
    ),
  };
}

const computed = new Set(['lag', 'radix-tree-keys', 'radix-tree-nodes', 'first-entry', 'last-entry']);

/** A reply of XINFO as an object. */
function pick(reply: readonly (string | number | null)[]): object {
  const fields: Record<string, unknown> = {};
  for (let at = 0; at < reply.length; at += 2) {
    const [name, value] = [textOf(reply[at]), reply[at + 1]];
    if (!computed.has(name)) fields[name] = typeof value === 'string' ? textOf(value) : value;
  }
  return fields;
}

const numberOf = (text: string): number =>
  text === 'inf' ? Number.POSITIVE_INFINITY : text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
