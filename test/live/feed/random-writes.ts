import type { Command, Connection } from '../../lab/index.js';

type Kind = (draw: Draw, n: number) => Command;
const farMs = 10 ** 9;

/** Only between servers that know of fields that expire. */
export const expireField: Kind = draw => ['HEXPIRE', `h:${draw(3)}`, farMs / 1000, 'FIELDS', 1, `f${draw(9)}`];

/** Numbers below `n`, the same for a seed. */
export type Draw = (n: number) => number;

/** https://en.wikipedia.org/wiki/Linear_congruential_generator, with the constants of Numerical Recipes. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  return n => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** A consumer that gets nothing is made on the master alone from 7.2 on: so it is made before. */
const readGroup = `redis.pcall('XGROUP', 'CREATECONSUMER', KEYS[1], ARGV[1], 'me')
redis.call('XREADGROUP', 'GROUP', ARGV[1], 'me', 'COUNT', 2, 'STREAMS', KEYS[1], '>')`;

/** Writes of every kind to a few keys; some are refused, by the type of a key or by the server's version. */
const usual: Kind[] = [
  draw => ['INCR', `n:${draw(3)}`],
  draw => ['INCRBYFLOAT', `f:${draw(2)}`, '0.5'],
  (draw, n) => ['RPUSH', `l:${draw(3)}`, n],
  (draw, n) => ['LPUSH', `l:${draw(3)}`, n],
  draw => ['LPOP', `l:${draw(3)}`],
  draw => ['LMOVE', `l:${draw(3)}`, `l:${draw(3)}`, 'LEFT', 'RIGHT'],
  draw => ['RPOPLPUSH', `l:${draw(3)}`, `l:${draw(3)}`],
  draw => ['LMPOP', 2, `l:${draw(3)}`, `l:${draw(3)}`, 'LEFT', 'COUNT', 2],
  (draw, n) => ['APPEND', `s:${draw(3)}`, n],
  (draw, n) => ['SET', `s:${draw(3)}`, n],
  (draw, n) => ['SET', `s:${draw(3)}`, n, 'PX', farMs],
  (draw, n) => ['SET', `e:${draw(3)}`, n, 'PX', 1 + draw(20)],
  (draw, n) => ['SET', `s:${draw(3)}`, n, 'KEEPTTL'],
  (draw, n) => ['SETRANGE', `s:${draw(3)}`, draw(50), n],
  draw => ['GETEX', `s:${draw(3)}`, 'PX', farMs],
  draw => ['GETDEL', `s:${draw(3)}`],
  draw => ['PERSIST', `s:${draw(3)}`],
  draw => ['EXPIRE', `l:${draw(3)}`, farMs / 1000, 'NX'],
  draw => ['EXPIRE', `n:${draw(3)}`, farMs / 1000],
  draw => ['SETBIT', `b:${draw(2)}`, draw(200), draw(2)],
  draw => ['BITFIELD', `b:${draw(2)}`, 'INCRBY', 'u8', draw(100), 7],
  (draw, n) => ['SADD', `t:${draw(3)}`, n, n % 7],
  draw => ['SPOP', `t:${draw(3)}`],
  draw => ['SPOP', `t:${draw(3)}`, 3],
  draw => ['SMOVE', `t:${draw(3)}`, `t:${draw(3)}`, draw(7)],
  draw => ['SUNIONSTORE', `t:${draw(3)}`, `t:${draw(3)}`, `t:${draw(3)}`],
  (draw, n) => ['ZADD', `z:${draw(3)}`, n, `m${draw(20)}`],
  (draw, n) => ['ZADD', `z:${draw(3)}`, 'GT', n, `m${draw(20)}`],
  draw => ['ZINCRBY', `z:${draw(3)}`, '1.5', `m${draw(20)}`],
  draw => ['ZPOPMIN', `z:${draw(3)}`],
  draw => ['ZRANGESTORE', `z:${draw(3)}`, `z:${draw(3)}`, 0, 5],
  draw => ['ZUNIONSTORE', `z:${draw(3)}`, 2, `z:${draw(3)}`, `z:${draw(3)}`],
  draw => ['GEOADD', `g:${draw(2)}`, draw(90), draw(80), `p${draw(5)}`],
  draw => ['GEOSEARCHSTORE', `z:${draw(3)}`, `g:${draw(2)}`, 'FROMLONLAT', 10, 10, 'BYRADIUS', 5000, 'km'],
  (draw, n) => ['HSET', `h:${draw(3)}`, `f${draw(9)}`, n],
  draw => ['HINCRBY', `h:${draw(3)}`, 'count', 1],
  draw => ['HDEL', `h:${draw(3)}`, `f${draw(9)}`],
  (draw, n) => ['XADD', `x:${draw(2)}`, '*', 'n', n],
  draw => ['XADD', `x:${draw(2)}`, 'MAXLEN', '~', 20, '*', 'n', 0],
  draw => ['XGROUP', 'CREATE', `x:${draw(2)}`, `group${draw(2)}`, '0', 'MKSTREAM'],
  draw => ['EVAL', readGroup, 1, `x:${draw(2)}`, `group${draw(2)}`],
  draw => ['XTRIM', `x:${draw(2)}`, 'MAXLEN', 5],
  (draw, n) => ['PFADD', `p:${draw(2)}`, n],
  draw => ['COPY', `s:${draw(3)}`, `s:${draw(3)}`, 'REPLACE'],
  draw => ['COPY', `l:${draw(3)}`, `c:${draw(3)}`, 'DB', draw(3)],
  draw => ['RENAME', `s:${draw(3)}`, `s:${draw(3)}`],
  draw => ['MOVE', `c:${draw(3)}`, draw(3)],
  draw => ['DEL', `n:${draw(3)}`],
  draw => ['UNLINK', `z:${draw(3)}`, `t:${draw(3)}`],
  draw => ['SORT', `l:${draw(3)}`, 'STORE', `l:${draw(3)}`],
  draw => ['EVAL', "redis.call('INCR', KEYS[1]) redis.call('RPUSH', KEYS[2], ARGV[1])", 2, 'n:0', 'l:0', draw(9)],
  draw => ['SELECT', draw(3)],
];

/** So many of them, a few in transactions. @returns how many the server took */
export async function writeAtRandom(
  connection: Connection,
  draw: Draw,
  { count, more = [] }: { count: number; more?: readonly Kind[] },
): Promise<number> {
  const kinds = [...usual, ...more];
  const command = (n: number) => (kinds[draw(kinds.length)] as Kind)(draw, n);
  let taken = 0;
  for (let n = 0; n < count; ) {
    const batch = Array.from({ length: 1 + draw(5) }, () => command(n++));
    const commands = draw(4) === 0 ? [['MULTI'], ...batch, ['EXEC']] : batch;
    const replies = await connection.pipeline(draw(500) === 0 ? [...commands, ['FLUSHDB']] : commands);
    taken += replies.filter(reply => !(reply instanceof Error)).length;
  }
  return taken;
}
