/** The same numbers for the same seed. Source: mulberry32 */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * `S` is a key of a string, `L` of a list, `E` of a set, `Z` of a sorted set, `H` of a hash, `X` of a stream, as a rule;
 * `K` one of any type, `D` a database, `N` a number, `W` a word, `T` a time to come in Unix ms.
 */
const patterns = `
SET S W|SET S W PXAT T|SETEX S 5000 W|GETSET S W|SET S N|INCR S|INCRBYFLOAT S 0.5|APPEND S W|SETRANGE S N W|GETDEL S
MSET S W S W S N|MSETNX S W S W|BITOP OR S S S|PFADD S W|PFMERGE S S S
RPUSH L W W W|LPUSH L N|LPOP L|RPOP L 2|LMOVE L L LEFT RIGHT|RPOPLPUSH L L|LTRIM L 0 5|SORT L BY W ALPHA STORE L
SADD E W N|SREM E W|SMOVE E E N|SPOP E|SUNIONSTORE E E E|SDIFFSTORE E E E|SINTERSTORE E E E
ZADD Z N W N W|ZINCRBY Z N W|ZPOPMIN Z|ZUNIONSTORE Z 2 Z E|ZINTERSTORE Z 2 Z Z WEIGHTS 2 3|ZRANGESTORE Z Z 0 3
HSET H W W|HSET H W N|HINCRBY H W N|HDEL H W|HINCRBYFLOAT H W 0.25
XADD X * W W|XADD X MAXLEN ~ 3 * W N|XTRIM X MAXLEN 2|XGROUP CREATE X g 0 MKSTREAM|XREADGROUP GROUP g c STREAMS X >
DEL K|DEL K K K|UNLINK K K|PERSIST K|EXPIRE K -1|EXPIRE K 5000|EXPIRE K 5000|PEXPIREAT K T|PEXPIREAT K T
RENAME K K|RENAMENX K K|COPY K K|COPY K K DB D REPLACE|MOVE K D|SELECT D|SELECT 0
`
  .trim()
  .split(/[|\n]/);
const transactions = [
  ['MULTI', 'SET S W', 'RENAME K K', 'INCR S', 'RPUSH L W', 'EXEC'],
  ['MULTI', 'SELECT D', 'DEL K K', 'HSET H W W', 'SELECT 0', 'EXEC'],
  ["EVAL redis.call('set',KEYS[1],ARGV[1])redis.call('rpush',KEYS[2],ARGV[1]) 2 S L W"],
];
const rare = ['FLUSHDB', 'FLUSHALL', 'FLUSHDB ASYNC'];
const families = 'SLEZHX';
const prefixes = ['a:', 'a:other:', 'b:', '', 'tmp:'];
const words = ['alpha', 'beta', 'gamma', 'KEYS', 'STORE', '7'];

/** Commands that an application might send, and some to keys of the wrong type. */
export function* randomCommands(random: (below: number) => number, count: number, rarely = 300): Iterable<string[]> {
  const later = Date.now() + 86_400_000;
  const one = <Item>(list: ArrayLike<Item>) => list[random(list.length)] as Item;
  const word = (pattern: string): string => {
    if (pattern === 'W') return one(words);
    if (pattern === 'N') return String(random(20));
    if (pattern === 'D') return String(random(3));
    if (pattern === 'T') return String(later + random(1000));
    if (pattern !== 'K' && !(pattern.length === 1 && families.includes(pattern))) return pattern;
    const family = pattern === 'K' || random(20) === 0 ? one(families) : pattern;
    return one(prefixes) + family.toLowerCase();
  };
  const next = () => (random(rarely) === 0 ? [one(rare)] : random(20) === 0 ? one(transactions) : [one(patterns)]);
  for (let n = 0; n < count; n++) for (const line of next()) yield line.split(' ').map(word);
}
