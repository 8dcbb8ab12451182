import type { Reply } from '../../resp/reply.js';
import { nameOf } from '../equal.js';

const lastSequence = 2n ** 64n - 1n;

/** The id right after this one: what exclusive ranges are before 6.2, which doesn't know `(`. */
export function nextId(id: Reply | undefined): string {
  const [ms, sequence] = parse(nameOf(id));
  return sequence === lastSequence ? `${ms + 1n}-0` : `${ms}-${sequence + 1n}`;
}

/** Negative when `one` comes before `other`. */
export function compareIds(one: string, other: string): number {
  const [[ms, sequence], [otherMs, otherSequence]] = [parse(one), parse(other)];
  const difference = ms === otherMs ? sequence - otherSequence : ms - otherMs;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const parse = (id: string): [bigint, bigint] => {
  const [ms = '0', sequence = '0'] = id.split('-');
  return [BigInt(ms), BigInt(sequence)];
};

/** A reply of XINFO: names and values in turn. */
export function fieldsOf(reply: Reply): Map<string, Reply> {
  const items = reply as Reply[];
  const fields = new Map<string, Reply>();
  for (let at = 0; at < items.length; at += 2) fields.set(nameOf(items[at]), items[at + 1] as Reply);
  return fields;
}
