import { into, keyAt, keysFrom } from '../key-specs.js';
import { neverSent } from '../rewrite/whatever.js';
import { type Rows, rowOf } from '../row.js';

const set = rowOf('set');
const key = set(keyAt(1));
const store = set(into(1), { overwrites: true });

export const sets: Rows = {
  SADD: key,
  SREM: key,
  SMOVE: set(keysFrom(1, 2)),
  SPOP: set(keyAt(1), { rewrite: neverSent }),
  SDIFFSTORE: store,
  SINTERSTORE: store,
  SUNIONSTORE: store,
};
