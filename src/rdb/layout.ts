import { type Part, part } from './cursor.js';

/** A kind of row that values are made of, such as one field of a hash. */
export interface Rows {
  name: RowName;
  /** How many: one, as many as a length before the first says, or until an end mark (what modules write). */
  times: 'once' | 'counted' | 'annotated';
  parts: readonly Part[];
  /** What belongs to each row and follows it. */
  within?: Layout;
}

export type Layout = readonly Rows[];
export type RowName =
  | 'value'
  | 'expiry'
  | 'element'
  | 'node'
  | 'state'
  | 'group'
  | 'pending'
  | 'consumer'
  | 'owned'
  | 'module';

const { string, length, score, bytes8, bytes16 } = part;

/** One string that holds everything. */
export const blob: Layout = [{ name: 'value', times: 'once', parts: [string] }];

/** As many elements as a length says, each of the same parts. */
export const elements = (...parts: Part[]): Layout => [{ name: 'element', times: 'counted', parts }];

/** The earliest expiry of a field, before what follows. */
export const withExpiry = (layout: Layout): Layout => [{ name: 'expiry', times: 'once', parts: [bytes8] }, ...layout];

/** A module's value: its id, and parts that each say what they are. */
export const moduleValue: Layout = [
  { name: 'value', times: 'once', parts: [length] },
  { name: 'module', times: 'annotated', parts: [] },
];

/** Streams grew with 7.0 (first and greatest deleted id, entries added and read) and 7.2 (when a consumer was active). */
export function stream(version: 1 | 2 | 3): Layout {
  const counters = version === 1 ? [] : [length, length, length, length, length];
  const seen = version === 3 ? [bytes8, bytes8] : [bytes8];
  const owned: Rows = { name: 'owned', times: 'counted', parts: [bytes16] };
  return [
    { name: 'node', times: 'counted', parts: [string, string] },
    { name: 'state', times: 'once', parts: [length, length, length, ...counters] },
    {
      name: 'group',
      times: 'counted',
      parts: [string, length, length, ...(version === 1 ? [] : [length])],
      within: [
        { name: 'pending', times: 'counted', parts: [bytes16, bytes8, length] },
        { name: 'consumer', times: 'counted', parts: [string, ...seen], within: [owned] },
      ],
    },
  ];
}

/** Rows of the old sorted sets: scores were text. */
export const scored: Layout = elements(string, score);
