import { counted, keyAt, keysFrom } from '../key-specs.js';
import { move, popCount } from '../rewrite/pop.js';
import { type Rows, rowOf } from '../row.js';

const list = rowOf('list');
const key = list(keyAt(1));
const two = list(keysFrom(1, 2));

export const lists: Rows = {
  LINSERT: key,
  LPUSH: key,
  LPUSHX: key,
  RPUSH: key,
  RPUSHX: key,
  LREM: key,
  LSET: key,
  LTRIM: key,
  LPOP: list(keyAt(1), { rewrite: popCount }),
  RPOP: list(keyAt(1), { rewrite: popCount }),
  RPOPLPUSH: two,
  LMOVE: list(keysFrom(1, 2), { rewrite: move }),
  BRPOPLPUSH: two,
  BLMOVE: two,
  BLPOP: list(keysFrom(1, -2)),
  BRPOP: list(keysFrom(1, -2)),
  LMPOP: list(counted(1, { written: true })),
  BLMPOP: list(counted(2, { written: true })),
};
