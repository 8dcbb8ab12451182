import type { Command, Connection } from '../test/lab/connection.js';
import type { RedisServer } from '../test/lab/redis.js';
import { RedisError } from '../test/lab/replies.js';

/** One big value of each type that has elements, and one big string. */
export async function fillBig(server: RedisServer, { elements, bytes }: { elements: number; bytes: number }) {
  const connection = await server.connect();
  try {
    if (bytes > 0) await expectDone(connection, [['SET', 'big:string', Buffer.alloc(bytes, 'value')]]);
    for (let from = 0; from < elements; from += batch) {
      const numbers = Array.from({ length: Math.min(batch, elements - from) }, (_, n) => from + n);
      await expectDone(connection, [
        ['RPUSH', 'big:list', ...numbers.map(n => `element ${n} of a list`)],
        ['HSET', 'big:hash', ...numbers.flatMap(n => [`field ${n}`, `value ${n} of a hash`])],
        ['SADD', 'big:set', ...numbers.map(n => `member ${n} of a set`)],
        ['ZADD', 'big:zset', ...numbers.flatMap(n => [n, `member ${n} of a sorted set`])],
      ]);
    }
  } finally {
    connection.close();
  }
}

const batch = 1000;

async function expectDone(connection: Connection, commands: readonly Command[]): Promise<void> {
  const failed = (await connection.pipeline(commands)).find(reply => reply instanceof RedisError);
  if (failed) throw failed;
}
