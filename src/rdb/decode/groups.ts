import type { RowReader } from './row-reader.js';

type Tuple<Size extends 2 | 3> = Size extends 2 ? [Buffer, Buffer] : [Buffer, Buffer, Buffer];

/** Entries that belong together, so many a time. @throws RdbError when the last are fewer */
export function* groups<Size extends 2 | 3>(
  size: Size,
  entries: Iterable<Buffer>,
  row: RowReader,
): Generator<Tuple<Size>> {
  let group: Buffer[] = [];
  for (const entry of entries) {
    group.push(entry);
    if (group.length < size) continue;
    yield group as Tuple<Size>;
    group = [];
  }
  if (group.length > 0) row.refuse('a packed value that ends within an element');
}
