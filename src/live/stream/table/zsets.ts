import { counted, into, intoCounted, keyAt, keysFrom, storedBehind } from '../key-specs.js';
import { popScored } from '../rewrite/pop.js';
import { zadd } from '../rewrite/zadd.js';
import { type Rows, rowOf } from '../row.js';

const zset = rowOf('zset');
const key = zset(keyAt(1));
/** Sets can be joined with sorted ones. */
const joined = rowOf('zset', 'set')(intoCounted, { overwrites: true });
const range = zset(into(1, 2), { overwrites: true });

export const zsets: Rows = {
  ZADD: zset(keyAt(1), { rewrite: zadd }),
  ZINCRBY: key,
  ZREM: key,
  ZREMRANGEBYLEX: key,
  ZREMRANGEBYRANK: key,
  ZREMRANGEBYSCORE: key,
  ZPOPMIN: zset(keyAt(1), { rewrite: popScored }),
  ZPOPMAX: zset(keyAt(1), { rewrite: popScored }),
  BZPOPMIN: zset(keysFrom(1, -2)),
  BZPOPMAX: zset(keysFrom(1, -2)),
  ZMPOP: zset(counted(1, { written: true })),
  BZMPOP: zset(counted(2, { written: true })),
  ZDIFFSTORE: joined,
  ZINTERSTORE: joined,
  ZUNIONSTORE: joined,
  ZRANGESTORE: range,
  GEOADD: key,
  GEOSEARCHSTORE: range,
  GEORADIUS: zset(storedBehind(6, 'STORE', 'STOREDIST'), { overwrites: true }),
  GEORADIUSBYMEMBER: zset(storedBehind(5, 'STORE', 'STOREDIST'), { overwrites: true }),
};
