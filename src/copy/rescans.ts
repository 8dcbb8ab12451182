import { type NodeLayout, type Rescan, rescansFor } from '../cluster/index.js';
import { ClusterKeyspace, layoutOf, openKeyspace } from '../keyspace/index.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Partition } from './partition.js';

export interface Rescans {
  /** Partitions of the same step can be copied side by side, those of the next when they are done. Empty: that was all. */
  steps: Partition[][];
  /** What the cluster is now: for the next call, when these are done. */
  layout: NodeLayout[];
}

/**
 * What must be scanned again since slots of the source moved while it was scanned: see `rescansFor`.
 * @param ordered the partitions before were such steps
 * @throws MigrationError as `RespConnection.open`; what a node refused
 */
export async function planRescans(source: Endpoint, before: readonly NodeLayout[], ordered: boolean): Promise<Rescans> {
  const keyspace = await openKeyspace(source, { name: 'redis-migration-copy' });
  try {
    const layout = keyspace instanceof ClusterKeyspace ? await layoutOf(keyspace) : [];
    return { steps: rescansFor(before, layout, ordered).map(step => step.map(toPartition)), layout };
  } finally {
    keyspace.close();
  }
}

const toPartition = ({ node, slots }: Rescan): Partition => ({ db: 0, from: '0', to: null, node, slots });
