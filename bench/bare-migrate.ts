import { Redis } from 'ioredis';
import type { RedisServer } from '../test/lab/redis.js';

/** The loop that people write: SCAN a batch, MIGRATE it, the next. @returns ms */
export async function bareMigrate(source: RedisServer, target: RedisServer, batch: number): Promise<number> {
  const redis = new Redis(source.port, source.host);
  try {
    await redis.ping();
    const startedAt = performance.now();
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'COUNT', batch);
      if (keys.length > 0) await redis.migrate(target.host, target.port, '', 0, 10_000, 'COPY', 'KEYS', ...keys);
      cursor = next;
    } while (cursor !== '0');
    return performance.now() - startedAt;
  } finally {
    redis.disconnect();
  }
}
