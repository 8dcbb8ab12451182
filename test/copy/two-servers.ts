import { afterAll, beforeEach } from 'vitest';
import { type RedisOptions, type RedisServer, startRedis } from '../lab/index.js';

/** A source and a target for the tests of a file, emptied before each of them. */
export async function useTwoServers(
  options: { source?: RedisOptions; target?: RedisOptions } = {},
): Promise<{ source: RedisServer; target: RedisServer }> {
  const [source, target] = await Promise.all([
    startRedis({ persistence: 'none', ...options.source }),
    startRedis({ persistence: 'none', ...options.target }),
  ]);
  afterAll(() => Promise.all([source.discard(), target.discard()]));
  beforeEach(async () => {
    for (const server of [source, target]) await server.cli('FLUSHALL');
  });
  return { source, target };
}
