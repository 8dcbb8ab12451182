import { ClusterRouter } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import { RespConnection } from '../resp/connection.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import type { Endpoint } from '../server/endpoint.js';
import { ClusterKeyspace } from './cluster-keyspace.js';

/** The keys of one side, asked in bulk: a server by one connection, or a cluster by its router. */
export type Keyspace = RespConnection | ClusterKeyspace;

export interface KeyspaceOptions {
  /** Shown by CLIENT LIST. */
  name: string;
  /** The logical database. @default 0 */
  db?: number;
  /** Awaited for every connection, before anything but its greeting is sent over it. @throws whatever shall end it */
  onOpen?(connection: RespConnection): Promise<void>;
}

/**
 * Finds out whether the server is a node of a cluster, and opens what its keys are asked by.
 * @throws MigrationError as `RespConnection.open`; a cluster has no database but 0: CommandRefused
 */
export async function openKeyspace(endpoint: Endpoint, options: KeyspaceOptions): Promise<Keyspace> {
  const connection = await openFirst(endpoint, options);
  let clustered = false;
  try {
    await options.onOpen?.(connection);
    clustered = await isClustered(connection);
    if (!clustered) return connection;
    const { name, onOpen } = options;
    const router = await ClusterRouter.open(connection.endpoint, { name, ...(onOpen ? { onOpen } : {}) });
    return router ? new ClusterKeyspace(connection.endpoint, router) : connection;
  } catch (error) {
    clustered = true;
    throw error;
  } finally {
    if (clustered) connection.close();
  }
}

/** Of both sides; when one fails, none is left open. */
export async function openBoth(
  ...wanted: [source: [Endpoint, KeyspaceOptions], target: [Endpoint, KeyspaceOptions]]
): Promise<[Keyspace, Keyspace]> {
  const results = await Promise.allSettled(wanted.map(args => openKeyspace(...args)));
  const opened = results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find(result => result.status === 'rejected');
  if (!failed) return opened as [Keyspace, Keyspace];
  for (const keyspace of opened) keyspace.close();
  throw failed.reason;
}

export async function isClustered(connection: RespConnection): Promise<boolean> {
  const [info] = await connection.pipeline([['INFO', 'cluster']]);
  if (info instanceof RespError) throw refused(connection.endpoint, 'INFO', info);
  return /cluster_enabled:1/.test(String(info));
}

/** By the first of its nodes that answers. */
async function openFirst(endpoint: Endpoint, { name, db = 0 }: KeyspaceOptions): Promise<RespConnection> {
  const { others = [], ...first } = endpoint;
  for (const other of others) {
    try {
      return await RespConnection.open(endpoint, { name, db });
    } catch (error) {
      if (!(error instanceof MigrationError) || error.type !== 'Unreachable') throw error;
    }
    endpoint = { ...first, ...other };
  }
  return RespConnection.open(endpoint, { name, db });
}
