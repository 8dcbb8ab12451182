import { ClusterKeyspace, type Keyspace } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { addressOf } from '../server/endpoint.js';
import type { Partition } from './partition.js';

/**
 * The server on which a partition is scanned. Null when that serves no slots any more: then there is nothing left to do,
 * since whoever has them now is scanned for them, see `rescansFor`.
 * @throws MigrationError Unreachable
 */
export async function scannedServer(
  source: Keyspace,
  { node }: Pick<Partition, 'node'>,
): Promise<RespConnection | null> {
  if (!(source instanceof ClusterKeyspace)) return source;
  const { router } = source;
  const primary = (): boolean => router.topology.primaries.some(endpoint => addressOf(endpoint) === node);
  if (node === undefined || !primary()) return null;
  return router.connectionTo(node).catch(async error => {
    // A view may be some moments old.
    await router.refresh();
    if (!primary()) return null;
    throw error;
  });
}
