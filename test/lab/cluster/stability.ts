import type { RedisServer } from '../redis.js';
import { waitFor } from '../wait-for.js';
import { slotCount } from './key-slot.js';
import type { RedisCluster } from './redis-cluster.js';

/** Until all nodes know each other by their final ids: while two shake hands, they call each other something else. */
export async function untilAllKnowAll({ nodes }: RedisCluster): Promise<void> {
  const ids = await Promise.all(nodes.map(node => node.cli('CLUSTER', 'MYID')));
  const knowsAll = async (node: RedisServer): Promise<boolean> => {
    const lines = (await node.cli('CLUSTER', 'NODES')).trim().split('\n');
    return lines.length === ids.length && ids.every(id => lines.some(line => line.startsWith(id)));
  };
  await waitFor(async () => Promise.all(nodes.map(knowsAll)), {
    what: 'all nodes to know each other',
    timeoutMs: 30_000,
    until: known => known.every(Boolean),
  });
}

/** Until every node that runs sees the same owners of all slots, with each replica that runs, in sync. */
export async function untilStable(cluster: RedisCluster): Promise<void> {
  const settled = async () => {
    const nodes = cluster.running;
    const roles = await Promise.all(nodes.map(node => node.info('replication')));
    if (roles.some(({ role, master_link_status: link }) => role === 'slave' && link !== 'up')) return false;
    const replicas = nodes.filter((_, n) => roles[n]?.role === 'slave');
    const views = await Promise.all(nodes.map(node => viewOf(node, cluster, replicas)));
    return views.every(view => view !== null && view === views[0]);
  };
  await waitFor(settled, { what: `the ${cluster.running.length} running nodes to be one cluster`, timeoutMs: 60_000 });
}

/** What a node sees, as text; null while it doesn't see every slot served, or not every one of the replicas. */
async function viewOf(node: RedisServer, cluster: RedisCluster, expected: RedisServer[]): Promise<string | null> {
  if (!/cluster_state:ok/.test(await node.cli('CLUSTER', 'INFO'))) return null;
  const ranges = await cluster.slots(node);
  const served = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const seen = new Set(ranges.flatMap(({ replicas }) => replicas));
  if (served < slotCount || !expected.every(replica => seen.has(replica))) return null;
  return ranges.map(({ from, to, primary }) => `${from}-${to} ${primary.port}`).join('\n');
}
