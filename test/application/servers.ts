import { afterEach } from 'vitest';
import { connect, type Server } from '../../src/server/connect.js';
import type { Connection } from '../lab/connection.js';
import { type RedisOptions, type RedisServer, startRedis } from '../lab/redis.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that is discarded after the test. */
export async function start(options?: RedisOptions): Promise<RedisServer> {
  const redis = await startRedis(options);
  closers.push(() => redis.discard());
  return redis;
}

/** The product's own connection to it. */
export async function open(redis: RedisServer, side: 'source' | 'target' = 'source'): Promise<Server> {
  const server = await connect({ side, host: redis.host, port: redis.port });
  closers.push(() => server.close());
  return server;
}

/** An application's client, with a name or none. */
export async function client(redis: RedisServer, name?: string): Promise<Connection> {
  const connection = await redis.connect();
  closers.push(() => connection.close());
  if (name !== undefined) await connection.send('CLIENT', 'SETNAME', name);
  return connection;
}

/** Ends with the test, when its connection does. */
export const forget = (reply: Promise<unknown>): void => void reply.catch(() => {});
