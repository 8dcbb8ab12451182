import { type Check, Place, resultsOf, sides } from './check.js';

const { pass, refusal } = resultsOf('cluster-mode');

/** REPLICAOF isn't allowed in cluster mode. https://redis.io/docs/latest/commands/replicaof/ */
export const clusterMode: Check = async context =>
  sides(context).map(({ side, server, info }) =>
    info.get('cluster_enabled') === '1'
      ? refusal(
          side,
          `${Place(server)} is a node of a cluster (cluster_enabled:1): REPLICAOF is refused there.`,
          'Clusters are not migrated by replication in this version. Give a server outside cluster mode.',
        )
      : pass(side, `The ${side} is not in cluster mode.`),
  );
