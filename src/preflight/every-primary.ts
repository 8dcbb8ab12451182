import { withNode } from '../cluster/index.js';
import type { CheckResult } from '../contract/checks.js';
import type { Server } from '../server/connect.js';
import type { Info } from '../server/info.js';
import type { CheckContext, Side } from './check.js';

/**
 * What holds for one node of a cluster need not hold for the others: users, rights and settings are each node's own. What
 * is fine everywhere is said once.
 */
export async function ofEveryPrimary(
  { source, target, sourceInfo, targetInfo, clusters }: CheckContext,
  side: Side,
  judge: (server: Server, info: Info) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  const cluster = clusters[side];
  const [server, own] = side === 'source' ? [source, sourceInfo] : [target, targetInfo];
  if (cluster === null || !('primaries' in cluster) || cluster.primaries.length === 0) return judge(server, own);
  const judged = await Promise.all(
    cluster.primaries.map(({ endpoint, info }) => withNode(endpoint, node => judge(node, info))),
  );
  const odd = judged.flat().filter(({ outcome }) => outcome !== 'pass');
  return odd.length > 0 ? odd : (judged[0] ?? []);
}
