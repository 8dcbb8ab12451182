import { copied, counted, keyAt, keysFrom, moved, storedBehind } from '../key-specs.js';
import { copy, move } from '../rewrite/databases.js';
import { expireIn, milliseconds, seconds, unixMilliseconds, unixSeconds } from '../rewrite/expiry.js';
import { restore } from '../rewrite/restore.js';
import { unlink } from '../rewrite/unlink.js';
import { neverSent, unlessPartly } from '../rewrite/whatever.js';
import { type Rows, rowOf } from '../row.js';

const any = rowOf();

/** Of keys of every type. */
export const keyspace: Rows = {
  DEL: any(keysFrom(1), { cut: 1, harmless: true }),
  UNLINK: any(keysFrom(1), { cut: 1, harmless: true, rewrite: unlink }),
  EXPIRE: any(keyAt(1), { harmless: true, rewrite: expireIn(seconds) }),
  PEXPIRE: any(keyAt(1), { harmless: true, rewrite: expireIn(milliseconds) }),
  EXPIREAT: any(keyAt(1), { harmless: true, rewrite: expireIn(unixSeconds) }),
  PEXPIREAT: any(keyAt(1), { harmless: true, rewrite: expireIn(unixMilliseconds) }),
  PERSIST: any(keyAt(1), { harmless: true }),
  RENAME: any(keysFrom(1, 2)),
  RENAMENX: any(keysFrom(1, 2)),
  COPY: any(copied, { rewrite: copy }),
  MOVE: any(moved, { rewrite: move }),
  SORT: any(storedBehind(2, 'STORE'), { rewrite: unlessPartly }),
  RESTORE: any(keyAt(1), { rewrite: restore }),
  'RESTORE-ASKING': any(keyAt(1), { rewrite: restore }),
  GETEX: any(keyAt(1), { rewrite: neverSent }),
  GETDEL: any(keyAt(1), { rewrite: neverSent }),
  DELEX: any(keyAt(1), { rewrite: neverSent }),
  DELIFEQ: any(keyAt(1), { rewrite: neverSent }),
  EVAL: any(counted(2, { written: true }), { rewrite: unlessPartly }),
  EVALSHA: any(counted(2, { written: true }), { rewrite: unlessPartly }),
  FCALL: any(counted(2, { written: true }), { rewrite: unlessPartly }),
};
