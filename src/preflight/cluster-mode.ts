import { type ClusterView, isClusterNode } from '../cluster/index.js';
import type { CheckResult } from '../contract/checks.js';
import { MigrationError } from '../contract/errors.js';
import type { Server } from '../server/connect.js';
import { type Check, type CheckContext, counted, Place, resultsOf, type Side, sides } from './check.js';

const { pass, failure, refusal } = resultsOf('cluster-mode');

/** What each method can do with clusters, and whether a cluster is in a state to be copied. */
export const clusterMode: Check = async context =>
  sides(context).map(({ side, server, info }) => {
    if (!isClusterNode(info)) return pass(side, `The ${side} is not in cluster mode.`);
    return refusalOf(context, side, server) ?? judge(side, server, context.clusters[side]);
  });

const away = 'Give a server outside cluster mode; method dump-restore goes between clusters, too.';

/** By method; undefined where a cluster is welcome. https://redis.io/docs/latest/commands/replicaof/ */
const refusals: Partial<Record<string, string>> = {
  replication: 'REPLICAOF is refused there.',
  auto: 'REPLICAOF is refused there.',
  migrate: 'MIGRATE of many keys is refused there.',
  rdb: 'a snapshot is of one node.',
  live: 'a stream of writes is of one node.',
};

function refusalOf({ plan: { method, cutover } }: CheckContext, side: Side, server: Server): CheckResult | null {
  const said = `${Place(server)} is a node of a cluster (cluster_enabled:1): `;
  const words = refusals[method];
  if (words) return refusal(side, said + words, away);
  const parks = cutover.fence === 'park' || cutover.fence === 'whole-copy';
  if (side === 'target' || !parks) return null;
  return refusal(
    side,
    `${said}the fence "${cutover.fence}" needs REPLICAOF, which is refused there.`,
    'Start again with cutover.fence "none" and verification.repair true, which finds and copies what was written meanwhile; for the last of it stop the writers yourself before you send cutover.',
  );
}

function judge(side: Side, server: Server, cluster: ClusterView | MigrationError | null): CheckResult {
  const where = `${Place(server)} is a node of a cluster`;
  if (cluster === null || cluster instanceof MigrationError)
    return failure(
      side,
      `${where} whose primaries can't all be asked: ${cluster?.message}`,
      "Have every primary reachable from the worker at the address that CLUSTER SLOTS tells, with the same login; then send 'retry'.",
    );
  const { primaries, unserved, state } = cluster;
  const said = `${where} of ${counted(primaries.length, 'primary', 'primaries')}`;
  if (state === 'ok' && unserved.length === 0) return pass(side, `${said} that serve all slots.`);
  return failure(
    side,
    `${said}; cluster_state is ${state}, and ${counted(unserved.length, 'slot')} have no owner.`,
    "Mend the cluster (redis-cli --cluster check HOST:PORT), then send 'retry'.",
  );
}
