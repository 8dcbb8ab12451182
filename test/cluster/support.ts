import { ClusterRouter, RoutedBatch, type RouterOptions } from '../../src/cluster/index.js';
import { keySlot } from '../../src/keys/hash-slot.js';
import { ByteBuilder } from '../../src/resp/bytes.js';
import { type Arg, appendCommand } from '../../src/resp/encode.js';
import type { RawReplies } from '../../src/resp/expected.js';
import { RespReader } from '../../src/resp/reader.js';
import { type Reply, RespError } from '../../src/resp/reply.js';
import type { Endpoint } from '../../src/server/endpoint.js';
import type { RedisServer } from '../lab/index.js';

export const endpointOf = ({ host, port, password }: RedisServer): Endpoint => ({
  side: 'target',
  host,
  port,
  ...(password === undefined ? {} : { password }),
});

export async function openRouter(node: RedisServer, options?: RouterOptions): Promise<ClusterRouter> {
  const router = await ClusterRouter.open(endpointOf(node), options);
  if (!router) throw new Error('it is a cluster');
  return router;
}

/** Commands whose second word is the key. */
export function batchOf(commands: readonly (readonly [string, string, ...Arg[]])[]): RoutedBatch {
  const batch = new RoutedBatch();
  for (const command of commands) {
    appendCommand(batch.wire, command);
    batch.add(keySlot(Buffer.from(command[1])));
  }
  return batch;
}

export interface Answer {
  raw: RawReplies;
  /** Bulk strings and errors as text. */
  replies: unknown[];
}

export async function ask(router: ClusterRouter, commands: Parameters<typeof batchOf>[0], limit?: number) {
  const into = new ByteBuilder();
  const raw = await router.send(batchOf(commands), into, limit);
  return { raw, replies: readAll(into.view()) } satisfies Answer;
}

function readAll(bytes: Buffer): unknown[] {
  const reader = new RespReader();
  const replies: unknown[] = [];
  for (let at = 0; at < bytes.length; ) {
    at = reader.read(bytes, at);
    const reply = reader.take();
    if (reply !== undefined) replies.push(plain(reply));
  }
  return replies;
}

function plain(reply: Reply): unknown {
  if (Array.isArray(reply)) return reply.map(plain);
  if (reply instanceof RespError) return reply.message;
  return Buffer.isBuffer(reply) ? String(reply) : reply;
}
