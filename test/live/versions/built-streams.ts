/** Commands as a server of some version sends them, a line each, cut at blanks; and what a target answers in the end. */
export interface BuiltRow {
  stream: string;
  /** Questions, of database 0 or `<db>/`, with the answers, or what judges them. Bytes are latin1. */
  asked: Record<string, Judge | string | number | readonly unknown[]>;
}

type Judge = (answer: unknown) => boolean;
/** Up to so many seconds, and not much less. */
const lasting =
  (seconds: number): Judge =>
  answer =>
    Number(answer) <= seconds * 1000 && Number(answer) > seconds * 1000 - 30_000;
const says =
  (what: string): Judge =>
  answer =>
    JSON.stringify(answer).includes(what);
const onlyLibrary =
  (name: string): Judge =>
  answer =>
    Array.isArray(answer) && answer.length === 1 && says(`"library_name","${name}"`)(answer);
const gone = -2;
/** As the fixtures have it. */
const fixtureTtl = 1_924_992_000_000;

const script = "redis.call('set',KEYS[1],ARGV[1])return(redis.call('incr',KEYS[2]))";

/** What all versions say alike. `$OF:key` is the payload of a key of the snapshot. */
const everywhere: BuiltRow[] = [
  {
    stream: 'SELECT 0|SET b:s v|APPEND b:s w|SETRANGE b:s 3 xy|INCR b:n|INCRBY b:n 41|DECR b:n|SETBIT b:bit 7 1',
    asked: { 'GET b:s': 'vw\0xy', 'GET b:n': '41', 'GET b:bit': '\x01' },
  },
  { stream: 'BITFIELD b:field SET u8 0 200|BITOP NOT b:not b:bit', asked: { 'GET b:field': 'È', 'GET b:not': 'þ' } },
  { stream: 'PING|REPLCONF GETACK *|PUBLISH channel message', asked: {} },
  {
    stream: 'MSET b:m1 1 b:m2 2|GETSET b:m1 3|SETNX b:m3 4|MSETNX b:m4 5',
    asked: { 'MGET b:m1 b:m2 b:m3 b:m4': ['3', '2', '4', '5'] },
  },
  {
    stream: 'RPUSH list:small built|LPUSH list:small first|LREM list:small 1 65535',
    asked: { 'LRANGE list:small 0 1': ['first', 'a'], 'LINDEX list:small -1': 'built', 'LLEN list:small': 6 },
  },
  // BRPOPLPUSH, BLPOP
  {
    stream: 'RPUSH b:l a b c d|RPOPLPUSH b:l b:l2|LPOP b:l|LTRIM b:l 0 5|LSET b:l 0 x|LINSERT b:l AFTER x y',
    asked: { 'LRANGE b:l 0 -1': ['x', 'y', 'c'], 'LRANGE b:l2 0 -1': ['d'] },
  },
  {
    stream: 'RPUSH b:unsorted 3 1 2|SORT b:unsorted STORE b:sorted',
    asked: { 'LRANGE b:sorted 0 -1': ['1', '2', '3'] },
  },
  // SPOP, SPOP with a count
  {
    stream: 'SREM set:small a|SADD set:small z|SADD b:set p q|SMOVE b:set set:small p|DEL b:set',
    asked: { 'SISMEMBER set:small a': 0, 'SCARD set:small': 4, 'EXISTS b:set': 0 },
  },
  {
    stream: 'SUNIONSTORE b:union set:int16 set:int32|SINTERSTORE b:inter set:int16 set:int32',
    asked: { 'SCARD b:union': 4, 'SMEMBERS b:inter': ['1'] },
  },
  // GEOADD
  {
    stream: 'ZADD geo 3479447370796909 Catania|GEORADIUS geo 15 37 300 km STORE b:geo',
    asked: { 'ZCARD geo': 2, 'ZRANGE b:geo 0 -1': ['Palermo', 'Catania'] },
  },
  {
    stream: 'ZINCRBY zset:small 1.5 b|ZREM zset:small c|ZUNIONSTORE b:z 2 zset:small set:int32 WEIGHTS 2 1',
    asked: { 'ZSCORE zset:small b': '4', 'ZCARD zset:small': 7, 'ZSCORE b:z b': '8', 'ZSCORE b:z 70000': '1' },
  },
  {
    stream: 'HMSET b:h a 1 b 2|HINCRBY b:h a 5|HSET b:h b 2.5|HSETNX b:h c 3|HDEL hash:small f1 f2|HSET hash:ttl b 2',
    asked: {
      'HMGET b:h a b c': ['6', '2.5', '3'],
      'HLEN hash:small': 4,
      'HGET hash:ttl b': '2',
      'PEXPIRETIME hash:ttl': fixtureTtl + 1,
    },
  },
  { stream: 'PFADD b:hll x|PFMERGE b:hll hll|PFADD hll only-here', asked: { 'TYPE b:hll': 'string' } },
  {
    stream: 'RENAME str:embstr b:renamed|MOVE str:raw 3|RENAMENX str:lzf b:lzf',
    asked: { 'GET b:renamed': 'hello', 'EXISTS str:embstr str:raw str:lzf': 0, 'STRLEN b:lzf': 7200 },
  },
  {
    stream: 'SELECT 3|SET b:three 3|APPEND db3 !',
    asked: { '3/EXISTS str:raw': 1, '3/GET db3': 'in database three!', '3/GET b:three': '3' },
  },
  {
    stream: 'SELECT 5|SET five 5|SWAPDB 5 6|SELECT 7|SET seven 7|FLUSHDB',
    asked: { '6/GET five': '5', '7/DBSIZE': 0 },
  },
  {
    stream: 'SELECT 0|MULTI|INCR b:n2|SELECT 3|INCR b:in-transaction|SELECT 0|RPUSH b:l3 e|EXEC',
    asked: { 'GET b:n2': '1', '3/GET b:in-transaction': '1', 'LRANGE b:l3 0 -1': ['e'] },
  },
  {
    stream: 'PERSIST str:ttl|SET b:unlinked 1|UNLINK b:unlinked|SET b:will 1|PEXPIREAT b:will 1000',
    asked: { 'PTTL str:ttl': -1, 'EXISTS b:unlinked b:will': 0 },
  },
  { stream: 'RESTORE b:restored 0 $OF:zset:small REPLACE', asked: { 'ZCARD b:restored': 8 } },
  { stream: 'SET b:at v|PEXPIREAT b:at 1924992000123', asked: { 'PEXPIRETIME b:at': 1_924_992_000_123 } },
];

/** Before 7.0 expiries count from when they are run. */
const relativeExpiries: BuiltRow[] = [
  {
    stream: 'SETEX b:setex 1000 v|PSETEX b:psetex 2000000 v|SET b:ex v EX 1000|SET b:px v PX 2000000 NX',
    asked: {
      'PTTL b:setex': lasting(1000),
      'PTTL b:psetex': lasting(2000),
      'PTTL b:ex': lasting(1000),
      'PTTL b:px': lasting(2000),
    },
  },
  {
    stream:
      'SET b:expire v|EXPIRE b:expire 1000|SET b:pexpire v|PEXPIRE b:pexpire 2000000|SET b:past v|EXPIRE b:past -1',
    asked: { 'PTTL b:expire': lasting(1000), 'PTTL b:pexpire': lasting(2000), 'PTTL b:past': gone },
  },
  { stream: 'SET b:expireat v|EXPIREAT b:expireat 1924992000', asked: { 'PEXPIRETIME b:expireat': fixtureTtl } },
  {
    stream: 'RESTORE b:restored2 1000000 $OF:hash:small',
    asked: { 'PTTL b:restored2': lasting(1000), 'HLEN b:restored2': 6 },
  },
  // A key whose short life is renewed before the deletion comes, and one that is deleted.
  {
    stream:
      'SET b:renewed v PX 1|INCR b:counted|PEXPIRE b:counted 1|INCR b:counted|PERSIST b:counted|EXPIRE b:renewed 1000',
    asked: { 'PTTL b:renewed': lasting(1000), 'GET b:counted': '2', 'PTTL b:counted': -1 },
  },
  { stream: 'SET b:expired v PX 1|DEL b:expired', asked: { 'EXISTS b:expired': 0 } },
  // INCRBYFLOAT
  { stream: 'SET b:float 1.75', asked: { 'GET b:float': '1.75' } },
];

/** Before 5.0 scripts are sent as they are. */
const verbatimScripts: BuiltRow[] = [
  {
    stream: `EVAL ${script} 2 b:script b:scripts value|SCRIPT LOAD ${script}|EVALSHA $SHA 2 b:script2 b:scripts other`,
    asked: { 'GET b:script': 'value', 'GET b:script2': 'other', 'GET b:scripts': '2' },
  },
  {
    stream: `MULTI|EVAL ${script} 2 b:script3 b:scripts3 third|EXEC`,
    asked: { 'GET b:script3': 'third', 'GET b:scripts3': '1' },
  },
];

/** Since 5.0. A script's effects, what readers get, and what is popped of sorted sets. */
const streams: BuiltRow[] = [
  { stream: 'MULTI|SET b:script value|INCR b:scripts|EXEC', asked: { 'GET b:scripts': '1' } },
  { stream: 'ZADD b:pop 1 a 2 b 3 c 4 d|ZPOPMIN b:pop|ZPOPMAX b:pop 2', asked: { 'ZRANGE b:pop 0 -1': ['b'] } },
  {
    stream:
      'XADD stream:plain 5-1 field value|XADD b:x 1-1 a 1|XADD b:x 2-1 a 2|XADD b:x MAXLEN = 2 3-1 a 3|XDEL b:x 2-1|XTRIM b:x MAXLEN = 9',
    asked: {
      'XLEN stream:plain': 2,
      'XRANGE b:x - +': [
        ['3-1', ['a', '3']],
        ['4-1', ['a', '4']],
      ],
    },
  },
  {
    stream:
      'XGROUP CREATE b:x g 0|XGROUP CREATE b:made g $ MKSTREAM|XGROUP CREATE b:x g2 0|XGROUP SETID b:x g2 3-1|XGROUP DESTROY b:x g2',
    asked: { 'XLEN b:made': 0, 'EXISTS b:made': 1 },
  },
  // XREADGROUP
  {
    stream:
      'XCLAIM b:x g alice 0 3-1 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 3-1|XADD b:x 4-1 a 4|XCLAIM b:x g bob 0 4-1 TIME 1700000000000 RETRYCOUNT 3 FORCE JUSTID LASTID 4-1',
    asked: { 'XINFO GROUPS b:x': says('"last-delivered-id","4-1"') },
  },
  {
    stream:
      'XACK b:x g 3-1|XCLAIM stream:groups g1 bob 0 1002-2 TIME 1700000000000 RETRYCOUNT 9 FORCE JUSTID LASTID 1011-2|XACK stream:groups g1 1003-0',
    asked: {
      'XPENDING stream:groups g1': [
        8,
        '1002-2',
        '1011-2',
        [
          ['alice', '4'],
          ['bob', '4'],
        ],
      ],
    },
  },
  {
    stream: 'XGROUP SETID stream:groups g2 1100-0|XGROUP DELCONSUMER b:x g bob|XSETID b:x 9-9',
    asked: { 'XPENDING b:x g': [0, null, null, null], 'XINFO GROUPS b:x': says('"consumers",1,') },
  },
];

/** Since 7.0: expiries are of the clock, and commands come with what they did. */
const absoluteExpiries: BuiltRow[] = [
  {
    stream:
      'SET b:ex v PXAT 1924992000123|SET b:gt v PXAT 1924992000000|PEXPIREAT b:gt 1924992000456|SET b:ex w KEEPTTL',
    asked: { 'PEXPIRETIME b:ex': 1_924_992_000_123, 'GET b:ex': 'w', 'PEXPIRETIME b:gt': 1_924_992_000_456 },
  },
  {
    stream: 'RESTORE b:restored2 1924992000001 $OF:hash:small ABSTTL',
    asked: { 'PEXPIRETIME b:restored2': fixtureTtl + 1, 'HLEN b:restored2': 6 },
  },
  // INCRBYFLOAT
  {
    stream: 'SET b:float 1.75 KEEPTTL|UNLINK hash:bigvalue',
    asked: { 'GET b:float': '1.75', 'EXISTS hash:bigvalue': 0 },
  },
  {
    stream: 'COPY list:plain b:copied|COPY list:plain b:copied DB 3 REPLACE',
    asked: { 'LLEN b:copied': 2, '3/LLEN b:copied': 2 },
  },
  // LMPOP, ZMPOP
  {
    stream:
      'RPUSH b:pops 1 2 3 4 5|LPOP b:pops 2|RPOP b:pops 1|LMOVE b:pops b:pops2 RIGHT LEFT|ZADD b:zpops 1 a 2 b 3 c|ZPOPMAX b:zpops 2',
    asked: { 'LRANGE b:pops 0 -1': ['3'], 'LRANGE b:pops2 0 -1': ['4'], 'ZRANGE b:zpops 0 -1': ['a'] },
  },
  {
    stream:
      'XADD b:counted-x 1-1 a 1|XGROUP CREATE b:counted-x g 0 ENTRIESREAD 0|XGROUP CREATECONSUMER b:counted-x g carol|XCLAIM b:counted-x g carol 0 1-1 TIME 1700000000000 RETRYCOUNT 1 FORCE JUSTID LASTID 1-1|XGROUP SETID b:counted-x g 1-1 ENTRIESREAD 1|XSETID b:counted-x 7-7 ENTRIESADDED 20 MAXDELETEDID 5-1',
    asked: {
      'XPENDING b:counted-x g': [1, '1-1', '1-1', [['carol', '1']]],
      'XINFO STREAM b:counted-x': says('"last-generated-id","7-7"'),
    },
  },
  {
    stream:
      'XADD b:trimmed 0-1 x y|XADD b:trimmed NOMKSTREAM MINID = 1 1-1 a b|ZRANGESTORE b:range b:restored 0 -1|ZDIFFSTORE b:diff 2 b:restored b:none',
    asked: { 'XRANGE b:trimmed - +': [['1-1', ['a', 'b']]], 'ZCARD b:range': 8, 'ZSCORE b:diff b': '2.5' },
  },
  {
    stream: 'FUNCTION LOAD #!lua\tname=built\nredis.register_function("g",function()return(1)end)|FUNCTION DELETE lib',
    asked: { 'FUNCTION LIST': onlyLibrary('built') },
  },
];

/** Since 7.4. */
const fieldExpiries: BuiltRow[] = [
  {
    stream:
      'HSET b:fields a 1 b 2 c 3|HPEXPIREAT b:fields 1924992000777 FIELDS 2 a b|HPERSIST b:fields FIELDS 1 b|HDEL b:fields c',
    asked: { 'HMGET b:fields a b c': ['1', '2', null], 'HPEXPIRETIME b:fields FIELDS 2 a b': [1_924_992_000_777, -1] },
  },
  {
    stream: 'HPERSIST hfe:small FIELDS 1 gone|HSET hfe:big f1 again',
    asked: {
      'HPEXPIRETIME hfe:small FIELDS 1 gone': [-1],
      'HGET hfe:big f1': 'again',
      'HPEXPIRETIME hfe:big FIELDS 2 f1 f2': [-1, 1_924_992_000_005],
    },
  },
];

const old = [...everywhere, ...relativeExpiries];
const newer = [...everywhere, ...streams, ...absoluteExpiries];

/** By the fixtures whose snapshot goes before it. */
export const builtStreams: Record<string, readonly BuiltRow[]> = {
  'redis-4.0.14': [...old, ...verbatimScripts],
  'redis-5.0.14': [...old, ...streams],
  'redis-7.2.6': newer,
  'redis-7.4.1': [...newer, ...fieldExpiries],
};
