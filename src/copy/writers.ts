import { createHash } from 'node:crypto';
import { viewCluster, withNode } from '../cluster/index.js';
import type { Server } from '../server/connect.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * Connections that write keys to the target bear the name of their migration. A worker that was stopped in the middle of
 * a batch sends the rest of it when it goes on, perhaps long after applications write to the target: so they are cut
 * before that begins. One that is opened later asks Temporal first whether its attempt is still waited for.
 */
export const writerName = (workflowId: string): string =>
  `redis-migration-copy:${createHash('sha256').update(workflowId).digest('hex').slice(0, 16)}`;

/** Who writes keys to the target. */
export interface Writer {
  /** Of its connections: `writerName`. */
  name: string;
  /** Called once a connection bears that name, before anything is written. Throws when the attempt is no longer wanted. */
  admit(): Promise<void>;
}

/**
 * Ends every connection of this migration that copies keys: to the target, of a cluster to each of its nodes, or to a
 * source that is told to send them.
 * @returns how many
 */
export async function cutWriters(server: Server, workflowId: string): Promise<number> {
  const cluster = await viewCluster(server);
  if (!cluster) return cutAt(server, workflowId);
  const cut = (endpoint: Endpoint): Promise<number> => withNode(endpoint, node => cutAt(node, workflowId));
  // A replica takes no writes; one that is gone keeps nobody waiting.
  const cuts = [
    ...cluster.primaries.map(({ endpoint }) => cut(endpoint)),
    ...cluster.replicas.map(endpoint => cut(endpoint).catch(() => 0)),
  ];
  return (await Promise.all(cuts)).reduce((sum, count) => sum + count, 0);
}

async function cutAt(server: Server, workflowId: string): Promise<number> {
  const name = writerName(workflowId);
  const lines = String(await server.call('CLIENT', 'LIST')).split('\n');
  const ids = lines.filter(line => line.includes(` name=${name} `)).map(line => /^id=(\d+)/.exec(line)?.[1] ?? '');
  for (const id of ids) await server.call('CLIENT', 'KILL', 'ID', id);
  return ids.length;
}
