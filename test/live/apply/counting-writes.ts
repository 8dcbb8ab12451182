import { setImmediate as turn } from 'node:timers/promises';
import type { Command, RedisServer } from '../../lab/index.js';

const keys = 50;

/** Writes that tell, by their result, how often each was done; now and then one that combines two keys. */
export function countingWrites(source: RedisServer) {
  let going = true;
  let n = 0;
  const writing = write();

  async function write(): Promise<void> {
    const connection = await source.connect();
    for (; going; await turn()) await connection.pipeline(Array.from({ length: 20 }, () => next(n++)).flat());
    connection.close();
  }

  return {
    /** Goes on writing until it is so. */
    async until(condition: () => boolean): Promise<void> {
      while (!condition()) await turn();
    },
    async stop(): Promise<void> {
      going = false;
      await writing;
    },
  };
}

function next(n: number): Command[] {
  const [some, other] = [n % keys, (n * 7) % keys];
  const kind = Math.floor(Math.random() * 12);
  if (kind === 0)
    return [['MULTI'], ['INCR', `n:${some}`], ['SELECT', 2], ['RPUSH', `l:${other}`, n], ['SELECT', 0], ['EXEC']];
  if (kind === 1) return [['COPY', `n:${some}`, `copy:${other}`, 'REPLACE']];
  if (kind === 2)
    return [
      ['SELECT', 5],
      ['INCR', `n:${some}`],
      ['SELECT', 0],
    ];
  if (kind === 3) return [['LMOVE', `l:${some}`, `l:${other}`, 'LEFT', 'RIGHT']];
  if (kind === 4) return [['SETRANGE', `long:${some}`, n % 3000, 'x'.repeat(n % 2000)]];
  if (kind === 5) return [['APPEND', `s:${some % 5}`, String(n % 10)]];
  if (kind < 9) return [['RPUSH', `l:${some}`, n]];
  return [['INCR', `n:${some}`]];
}
