import { listpack } from '../packed/index.js';
import { RdbError } from '../rdb-error.js';
import type { Element } from './decoder.js';

const deleted = 1;
const sameFields = 2;

/** An id of 16 bytes as commands write it. */
export const idOf = (bytes: Buffer): string => `${bytes.readBigUInt64BE(0)}-${bytes.readBigUInt64BE(8)}`;

/**
 * The entries of one node that are not deleted.
 * @param first the id that the entries' own are counted from
 * @param packed a master entry (count, deleted, its fields, 0), then each entry: flags, id, fields, how many parts
 * @throws RdbError
 * Source: the comment of streamAppendItem in t_stream.c
 */
export function* nodeEntries(first: Buffer, packed: Buffer, position: number): Generator<Element & { kind: 'entry' }> {
  const parts = new Parts(packed, position);
  if (first.length !== 16) parts.refuse('of an id that has not 16 bytes');
  const [ms, sequence] = [first.readBigUInt64BE(0), first.readBigUInt64BE(8)];
  const count = parts.count() + parts.count();
  const names = parts.take(parts.count());
  parts.count();
  for (let n = 0; n < count; n++) {
    const flags = parts.count();
    const id = `${BigInt.asUintN(64, ms + parts.integer())}-${BigInt.asUintN(64, sequence + parts.integer())}`;
    const fields = flags & sameFields ? valuesOf(names, parts) : parts.take(2 * parts.count());
    parts.count();
    if ((flags & deleted) === 0) yield { kind: 'entry', id, fields };
  }
  parts.end();
}

const valuesOf = (names: Buffer[], parts: Parts): Buffer[] => names.flatMap(name => [name, parts.next()]);

class Parts {
  readonly #entries: Iterator<Buffer>;

  constructor(
    packed: Buffer,
    private readonly position: number,
  ) {
    this.#entries = listpack(packed, position)[Symbol.iterator]();
  }

  refuse(reason: string): never {
    throw new RdbError(this.position, `a stream's node ${reason}`);
  }

  next(): Buffer {
    const { value } = this.#entries.next();
    return value ?? this.refuse('that ends too early');
  }

  take(count: number): Buffer[] {
    // Not `Array.from`: a count that lies must run into the end before it makes an array.
    const parts: Buffer[] = [];
    while (parts.length < count) parts.push(this.next());
    return parts;
  }

  integer(): bigint {
    const text = this.next().toString('latin1', 0, 21);
    return /^-?\d+$/.test(text) ? BigInt(text) : this.refuse('with text where a number belongs');
  }

  count(): number {
    const value = Number(this.integer());
    return value >= 0 ? value : this.refuse('with a negative count');
  }

  end(): void {
    if (!this.#entries.next().done) this.refuse('that goes on after its last entry');
  }
}
