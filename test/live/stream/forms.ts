/** Unix ms, and in seconds, a day ahead. */
const later = Date.now() + 86_400_000;
const laterSeconds = Math.floor(later / 1000);

const strings = `
APPEND s:append ab
APPEND s:append cd
SET s:int 10
DECR s:int
DECRBY s:int 3
INCR s:int
INCRBY s:int 5
SET s:float 1.5
INCRBYFLOAT s:float 0.25
SETEX s:ifloat 1000 3
INCRBYFLOAT s:ifloat 0.1
SETRANGE s:range 3 xyz
SET s:set v
set s:Lower v
SET s:ex v EX 1000
SET s:px v PX 1000000
SET s:exat v EXAT ${laterSeconds}
SET s:pxat v PXAT ${later}
SET s:ex w KEEPTTL
SET s:nx v NX
SET s:nx w NX
SET s:xx v XX
SET s:set v2 XX
SET s:set v3 XX GET
SET s:set v4 EX 500 XX GET
SET s:set v5 KEEPTTL GET
SET s:cond v IFEQ x
SET s:set v6 IFEQ v5
SETNX s:setnx v
SETNX s:setnx w
GETSET s:set v7
GETDEL s:nx
SETEX s:setex 1000 v
PSETEX s:psetex 1000000 v
GETEX s:setex PERSIST
GETEX s:psetex EX 3000
GETEX s:psetex PXAT ${later}
MSET m:1 a m:2 b m:3 c
MSETNX m:4 a m:5 b
MSETNX m:4 a m:6 b
SETBIT s:bit 7 1
BITFIELD s:field SET u8 0 200 INCRBY u8 0 10
BITOP AND s:and m:1 m:2
BITOP NOT s:not m:1
BITOP DIFF s:diff m:1 m:2
PFADD h:1 a b c
PFADD h:2 d e
PFMERGE h:3 h:1 h:2
PFCOUNT h:3
PFADD h:3 z
PFCOUNT h:3
DELIFEQ m:1 a
`;

const lists = `
RPUSH l:1 a b c d e f g h
LPUSH l:1 z y
LPUSHX l:1 x
RPUSHX l:none x
RPUSHX l:1 i
LINSERT l:1 BEFORE c bc
LSET l:1 0 first
LREM l:1 1 b
LTRIM l:1 0 20
LPOP l:1
RPOP l:1
LPOP l:1 2
RPOP l:1 2
LPOP l:1 0
RPOPLPUSH l:1 l:2
LMOVE l:1 l:2 LEFT RIGHT
LMOVE l:1 l:2 RIGHT LEFT
LMOVE l:2 l:2 LEFT RIGHT
BRPOPLPUSH l:1 l:2 0
BLMOVE l:1 l:2 LEFT LEFT 0
BLPOP l:2 0
BRPOP l:none l:2 0
RPUSH l:3 1 2 3 4 5 6
LMPOP 2 l:none l:3 LEFT COUNT 2
BLMPOP 0 2 l:none l:3 RIGHT COUNT 2
LPOP l:3 100
RPUSH l:4 1 2 3 4 5 6 7
LPOP l:4 2
RPOP l:4 3
RPUSH l:5 1 2
RPOP l:5 5
RPUSH l:sort 3 1 2
SORT l:sort STORE l:sorted
SORT l:sort BY s:* GET # DESC LIMIT 0 2 STORE l:sorted2
SORT l:none STORE l:sorted
`;

const sets = `
SADD t:1 a b c 1 2 3
SADD t:2 b c d
SREM t:1 a
SMOVE t:1 t:2 1
SMOVE t:1 t:none nothing
SPOP t:1
SPOP t:1 2
SADD t:pop a b c
SPOP t:pop 5
SDIFFSTORE t:diff t:2 t:1
SINTERSTORE t:inter t:1 t:2
SUNIONSTORE t:union t:1 t:2
SINTERSTORE t:union t:none t:1
`;

const zsets = `
ZADD z:1 1 a 2 b 3 c 4 d 5 e 6 f
ZADD z:1 NX 9 a 7 g
ZADD z:1 XX CH 1.5 a
ZADD z:1 GT 0 b 9 c
ZADD z:1 LT CH 0 b 19 c
ZADD z:1 INCR 2.5 d
ZINCRBY z:1 0.1 e
ZREM z:1 f nothing
ZADD z:2 1 a 10 z
ZPOPMIN z:1
ZPOPMAX z:1
ZPOPMIN z:1 1
ZADD z:pop 1 a 2 b 3 c 4 d 5 e 6 f
ZPOPMAX z:pop 2
BZPOPMIN z:pop 0
BZPOPMAX z:none z:pop 0
ZMPOP 1 z:pop MIN
ZADD z:pop 1 a 2 b 3 c
BZMPOP 0 2 z:none z:pop MAX COUNT 2
ZADD z:range 1 a 2 b 3 c 4 d 5 e 6 f
ZREMRANGEBYRANK z:range 0 0
ZREMRANGEBYSCORE z:range 2 2
ZREMRANGEBYLEX z:range [c [c
ZDIFFSTORE z:diff 2 z:range z:2
ZINTERSTORE z:inter 2 z:range z:2 WEIGHTS 2 3 AGGREGATE MAX
ZUNIONSTORE z:union 3 z:range z:2 t:2
ZRANGESTORE z:store z:union 0 2
GEOADD g:1 13.361389 38.115556 Palermo 15.087269 37.502669 Catania
GEOADD g:1 XX CH 13.5 38.2 Palermo
GEOSEARCHSTORE g:2 g:1 FROMMEMBER Palermo BYRADIUS 300 km ASC
GEORADIUS g:1 15 37 300 km STORE g:3
GEORADIUSBYMEMBER g:1 Palermo 300 km STOREDIST g:4
GEORADIUS g:1 15 37 300 km
`;

const hashes = `
HSET h:h a 1
HSET h:h b 2 c 3
HMSET h:h d 4 e 5
HSETNX h:h a 2
HSETNX h:h f 6
HINCRBY h:h a 5
HINCRBYFLOAT h:h b 0.5
HDEL h:h c nothing
HSET x:h a 1 b 2 c 3 d 4 e 5
HEXPIRE x:h 1000 FIELDS 2 a b
HPEXPIRE x:h 2000000 NX FIELDS 2 a c
HPEXPIREAT x:h ${later} GT FIELDS 3 a b nothing
HEXPIREAT x:h ${laterSeconds} FIELDS 1 d
HPERSIST x:h FIELDS 2 b e
HGETEX x:h EX 3000 FIELDS 2 a c
HGETEX x:h PERSIST FIELDS 1 c
HGETDEL x:h FIELDS 1 d
HSETEX x:h EX 1000 FIELDS 2 k 1 l 2
HSETEX x:h KEEPTTL FIELDS 1 k 3
HSETEX x:h FNX PXAT ${later} FIELDS 1 n 5
HSETEX x:h FXX FIELDS 1 n 6
HSETEX x:new FIELDS 1 a 1
HPEXPIREAT x:new 1000 FIELDS 1 a
`;

const streams = `
XADD x:1 1-1 a b
XADD x:1 * a b c d
XADD x:1 MAXLEN 100 * LIMIT 1
XADD x:1 MAXLEN ~ 10 LIMIT 5 * a b
XADD x:1 MAXLEN = 3 * a b
XADD x:1 MINID ~ 1 LIMIT 7 * a b
XADD x:1 NOMKSTREAM * a b
XADD x:none NOMKSTREAM * a b
XADD x:1 9999999999999-* a b
XADD x:2 1-1 a 1
XADD x:2 2-1 a 2
XADD x:2 3-1 a 3
XADD x:2 4-1 a 4
XADD x:2 5-1 a 5
XTRIM x:1 MAXLEN 4
XTRIM x:1 MAXLEN ~ 1
XTRIM x:1 MAXLEN ~ 1 LIMIT 3
XTRIM x:2 MINID 2
XDEL x:2 5-1
XGROUP CREATE x:2 g 0
XGROUP CREATE x:2 g2 2-1 ENTRIESREAD 1
XGROUP CREATE x:3 g $ MKSTREAM
XGROUP CREATECONSUMER x:2 g carol
XREADGROUP GROUP g alice COUNT 2 STREAMS x:2 >
XREADGROUP GROUP g2 bob NOACK STREAMS x:2 >
XACK x:2 g 2-1
XCLAIM x:2 g bob 0 3-1
XCLAIM x:2 g dave 0 3-1 IDLE 5 RETRYCOUNT 7 FORCE JUSTID
XAUTOCLAIM x:2 g erin 0 0
XGROUP SETID x:2 g 4-1
XGROUP DELCONSUMER x:2 g alice
XGROUP DESTROY x:2 g2
XSETID x:2 99999999999999-5
XSETID x:2 99999999999999-6 ENTRIESADDED 20 MAXDELETEDID 5-1
XADD x:8 1-1 a b
XADD x:8 KEEPREF MAXLEN = 5 2-1 a b
XADD x:8 3-1 a b
XDELEX x:8 IDS 1 2-1
`;

const keyspace = `
SET k:1 a
SET k:2 b
SET k:3 c
SET k:4 d
EXPIRE k:1 1000
PEXPIRE k:2 1000000
EXPIREAT k:3 ${laterSeconds}
PEXPIREAT k:4 ${later}
EXPIRE k:1 2000 GT
EXPIRE k:1 500 GT
EXPIRE k:1 500 NX
PERSIST k:4
PERSIST k:4
RENAME k:1 k:r1
RENAMENX k:2 k:r2
RENAMENX k:r2 k:r1
COPY k:3 k:copy
COPY k:4 k:copy REPLACE
COPY k:3 k:copy2 DB 2
MOVE k:3 3
SET k:5 e PX 100000
DEL k:4 k:nothing
UNLINK k:5
SET k:gone v EXAT 1000
SET k:past v
EXPIRE k:past -1
SET k:late v
PEXPIREAT k:late 1000
SET k:one 1
SET k:two 2
MULTI
INCR k:one
SELECT 5
SET k:five 5
SELECT 0
INCR k:two
EXEC
EVAL return{redis.call('incr',KEYS[1]),redis.call('set',KEYS[2],ARGV[1])} 2 k:one e:two x
PUBLISH channel message
SPUBLISH channel message
SET r:1 restored
RESTORE r:2 0 $PAYLOAD
RESTORE r:3 1000000 $PAYLOAD
RESTORE r:4 ${later} $PAYLOAD ABSTTL
RESTORE r:3 0 $PAYLOAD REPLACE
RESTORE r:5 0 $PAYLOAD IDLETIME 100
`;

const databases = `
SELECT 4
SET k:four 4
SWAPDB 4 6
SELECT 7
SET k:seven 7
FLUSHDB
SET k:seven 8
SELECT 9
SET k:nine 9
FLUSHDB ASYNC
SELECT 0
SELECT 10
MSET k:a 1 k:b 2
SELECT 0
SWAPDB 0 10
SET k:after 1
`;

const linesOf = (text: string): string[] => text.split('\n').filter(line => line !== '');

/**
 * Commands as people write them, by family, a line each, cut at blanks. `$PAYLOAD` stands for what DUMP answers. Some are
 * not known to older servers, some do nothing, and some fail.
 */
export const forms: Readonly<Record<string, readonly string[]>> = {
  strings: linesOf(strings),
  lists: linesOf(lists),
  sets: linesOf(sets),
  'sorted sets': linesOf(zsets),
  hashes: linesOf(hashes),
  streams: linesOf(streams),
  'the keyspace': linesOf(keyspace),
  databases: linesOf(databases),
};
