import { keyAt, keysFrom } from '../key-specs.js';
import { type Row, rowOf } from '../row.js';
import { hashes } from './hashes.js';
import { keyspace } from './keyspace.js';
import { lists } from './lists.js';
import { sets } from './sets.js';
import { streams } from './streams.js';
import { strings } from './strings.js';
import { zsets } from './zsets.js';

const vectorset = rowOf('vectorset')(keyAt(1));
const vectorsets = { VADD: vectorset, VREM: vectorset, VSETATTR: vectorset };

/** Every command that writes keys of one database, by its name. */
export const rows: ReadonlyMap<string, Row> = new Map(
  Object.entries({ ...strings, ...lists, ...sets, ...zsets, ...hashes, ...streams, ...keyspace, ...vectorsets }),
);

/** A row for a command that no table knows, by what COMMAND of its source says of it: a module's, for example. */
export const rowByPositions = ({ first, last, step }: { first: number; last: number; step: number }): Row =>
  rowOf()(keysFrom(first, last, step));
