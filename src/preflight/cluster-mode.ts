import { type Check, type CheckContext, Place, resultsOf, sides } from './check.js';

const { pass, refusal } = resultsOf('cluster-mode');

/** Neither REPLICAOF nor one MIGRATE of keys of several slots is allowed in cluster mode. */
export const clusterMode: Check = async context =>
  sides(context).map(({ side, server, info }) =>
    info.get('cluster_enabled') === '1'
      ? refusal(
          side,
          `${Place(server)} is a node of a cluster (cluster_enabled:1): ${refused(context)}`,
          'Give a server outside cluster mode; method dump-restore goes between clusters, too.',
        )
      : pass(side, `The ${side} is not in cluster mode.`),
  );

const refused = ({ plan }: CheckContext): string =>
  plan.method === 'migrate' ? 'MIGRATE of many keys is refused there.' : 'REPLICAOF is refused there.';
