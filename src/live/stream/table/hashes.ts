import { keyAt } from '../key-specs.js';
import { milliseconds, seconds, unixMilliseconds, unixSeconds } from '../rewrite/expiry.js';
import { expireFieldsIn, persistFields, setFields, setManyFields } from '../rewrite/field-expiry.js';
import { neverSent } from '../rewrite/whatever.js';
import { type Rows, rowOf } from '../row.js';

const hash = rowOf('hash');
const key = hash(keyAt(1));

export const hashes: Rows = {
  HSET: hash(keyAt(1), { rewrite: setManyFields }),
  HMSET: key,
  HSETNX: key,
  HDEL: key,
  HINCRBY: key,
  HINCRBYFLOAT: key,
  HEXPIRE: hash(keyAt(1), { rewrite: expireFieldsIn(seconds) }),
  HPEXPIRE: hash(keyAt(1), { rewrite: expireFieldsIn(milliseconds) }),
  HEXPIREAT: hash(keyAt(1), { rewrite: expireFieldsIn(unixSeconds) }),
  HPEXPIREAT: hash(keyAt(1), { rewrite: expireFieldsIn(unixMilliseconds) }),
  HPERSIST: hash(keyAt(1), { rewrite: persistFields }),
  HSETEX: hash(keyAt(1), { rewrite: setFields }),
  HGETEX: hash(keyAt(1), { rewrite: neverSent }),
  HGETDEL: hash(keyAt(1), { rewrite: neverSent }),
};
