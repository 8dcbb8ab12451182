import { counted, into, keyAt, keysFrom } from '../key-specs.js';
import { milliseconds, seconds } from '../rewrite/expiry.js';
import { set, setFor } from '../rewrite/set.js';
import { neverSent } from '../rewrite/whatever.js';
import { type Rows, rowOf } from '../row.js';

const string = rowOf('string');
const key = string(keyAt(1));

export const strings: Rows = {
  APPEND: key,
  DECR: key,
  DECRBY: key,
  INCR: key,
  INCRBY: key,
  INCRBYFLOAT: key,
  SETRANGE: key,
  SET: string(keyAt(1), { overwrites: true, rewrite: set }),
  SETNX: string(keyAt(1), { overwrites: true }),
  GETSET: string(keyAt(1), { overwrites: true }),
  SETEX: string(keyAt(1), { overwrites: true, rewrite: setFor(seconds) }),
  PSETEX: string(keyAt(1), { overwrites: true, rewrite: setFor(milliseconds) }),
  MSET: string(keysFrom(1, -1, 2), { overwrites: true, cut: 2 }),
  MSETNX: string(keysFrom(1, -1, 2), { overwrites: true, cut: 2, cutAs: 'MSET' }),
  MSETEX: string(counted(1, { written: true, step: 2 }), { rewrite: neverSent }),
  SETBIT: key,
  BITFIELD: key,
  BITOP: string(into(2), { overwrites: true }),
  PFADD: key,
  PFMERGE: string(into(1)),
  PFCOUNT: string(keysFrom(1)),
  PFDEBUG: string(keyAt(2)),
};
