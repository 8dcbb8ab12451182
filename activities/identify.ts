import { type ClusterView, totalInfo, viewCluster } from '../src/cluster/index.js';
import type { ServerFacts } from '../src/contract/facts.js';
import { processAt } from '../src/copy/identities.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { commandLevel, infoNumber, readInfo, serverVersion, totalKeys } from '../src/server/info.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

/** Connects to both, and says who answered. */
export const identify = (deps: ActivityDeps) => async (scope: Scope) =>
  withBoth(scope, deps, async (source, target) => {
    const [from, to] = await Promise.all([factsOf(source), factsOf(target)]);
    return { source: from, target: to };
  });

/** The server's `run_id`; of a cluster those of all primaries, with their addresses. */
export async function processesOf(server: Server): Promise<string> {
  const cluster = await viewCluster(server);
  return cluster ? processesIn(cluster) : ((await readInfo(server, 'server')).get('run_id') ?? '');
}

const processesIn = ({ primaries }: ClusterView): string =>
  primaries
    .map(({ endpoint, info }) => processAt(addressOf(endpoint), info))
    .sort()
    .join(' ');

async function factsOf(server: Server): Promise<ServerFacts> {
  const cluster = await viewCluster(server);
  const own = await readInfo(server);
  const info = cluster ? totalInfo(own, cluster) : own;
  return {
    address: addressOf(server.endpoint),
    version: serverVersion(info).text + (cluster ? ` (a cluster of ${cluster.primaries.length} primaries)` : ''),
    commandLevel: commandLevel(info),
    runId: cluster ? processesIn(cluster) : (info.get('run_id') ?? ''),
    ...(cluster ? { clusterId: cluster.id } : {}),
    keys: totalKeys(info),
    usedMemory: infoNumber(info, 'used_memory'),
  };
}
