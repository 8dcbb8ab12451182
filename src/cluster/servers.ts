import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Server } from '../server/connect.js';
import { addressOf, type Endpoint } from '../server/endpoint.js';
import { type Info, infoNumber, readInfo, totalKeys } from '../server/info.js';
import { readRedirection } from './redirection.js';
import { endpointAt, topologyOf } from './topology.js';

const timeoutMs = 2500;
const tries = 20;
const waitMs = 150;

export const isClusterNode = (info: Info): boolean => info.get('cluster_enabled') === '1';

/**
 * Calls a command of one key at the server, or where a cluster has the key: for the few keys of the migration itself.
 * @throws MigrationError Unreachable and what `Server.call` throws; ReplyError
 */
export async function callOwner(server: Server, command: string, key: string, ...args: string[]): Promise<unknown> {
  for (let left = tries; ; left--) {
    try {
      return await server.call(command, key, ...args);
    } catch (error) {
      const redirection = redirectionIn(error);
      if (!redirection || left === 0) throw error;
      if (redirection.kind !== 'wait') {
        const there = endpointAt(server.endpoint, redirection.host, redirection.port);
        const answer = await withNode(there, async owner => {
          if (redirection.kind === 'ask') await owner.call('ASKING');
          return owner.call(command, key, ...args);
        }).catch((failure: unknown) => {
          if (!redirectionIn(failure)) throw failure;
          return again;
        });
        if (answer !== again) return answer;
      }
    }
    await sleep(waitMs);
  }
}

const again = Symbol('again');

/** What a node of a cluster says of where a key is; null: it is another error, or none. */
export function redirectionIn(reply: unknown) {
  const said = reply instanceof Error ? /\b(MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b.*/.exec(reply.message)?.[0] : undefined;
  return said === undefined ? null : readRedirection(`-${said}`);
}

export async function withNode<T>(endpoint: Endpoint, use: (node: Server) => Promise<T>): Promise<T> {
  const node = await connect(endpoint, { timeoutMs });
  try {
    return await use(node);
  } finally {
    node.close();
  }
}

/** A cluster as one of its nodes knows it, and what its primaries say of themselves. */
export interface ClusterView {
  /** The smallest of all nodes' ids: it stays through failovers and restarts, whichever node is asked. */
  id: string;
  primaries: { endpoint: Endpoint; info: Info }[];
  replicas: Endpoint[];
  /** Slots that nobody serves. */
  unserved: number[];
  /** What the node itself thinks: `ok`, `fail`. */
  state: string;
}

/** @returns null when the server is in no cluster @throws MigrationError Unreachable, PermissionMissing, of each primary */
export async function viewCluster(server: Server): Promise<ClusterView | null> {
  if (!isClusterNode(await readInfo(server, 'cluster'))) return null;
  const [slots, nodes, state] = await Promise.all([
    server.call('CLUSTER', 'SLOTS'),
    server.call('CLUSTER', 'NODES'),
    server.call('CLUSTER', 'INFO'),
  ]);
  const topology = topologyOf(server.endpoint, slots as never);
  const { primaries } = topology;
  const addresses = new Set(primaries.map(addressOf));
  return {
    id: [...String(nodes).matchAll(/^[0-9a-f]{40}/gm)].map(String).sort()[0] ?? '',
    primaries: await Promise.all(
      primaries.map(async endpoint => ({ endpoint, info: await withNode(endpoint, node => readInfo(node, 'all')) })),
    ),
    replicas: topology.nodes.filter(node => !addresses.has(addressOf(node))),
    unserved: topology.unserved,
    state: /cluster_state:(\w+)/.exec(String(state))?.[1] ?? 'unknown',
  };
}

/** INFO of a server; of a cluster with the sums over all its primaries. */
export async function readTotalInfo(server: Server): Promise<Info> {
  const [own, cluster] = await Promise.all([readInfo(server, 'all'), viewCluster(server)]);
  return cluster ? totalInfo(own, cluster) : own;
}

/** Counted over all nodes, while each tells its own. */
const sums = [
  'used_memory',
  'used_memory_dataset',
  'used_memory_startup',
  'mem_clients_normal',
  'mem_clients_slaves',
  'mem_replication_backlog',
  'evicted_keys',
  'instantaneous_input_kbps',
];

/** What a server says of itself, where its cluster's data are meant: with the sums over all primaries. */
export function totalInfo(own: Info, { primaries }: ClusterView): Info {
  const infos = primaries.map(({ info }) => info);
  const total = (value: (info: Info) => number): string => String(infos.reduce((sum, info) => sum + value(info), 0));
  return new Map([
    ...own,
    ...sums.filter(field => own.has(field)).map(field => [field, total(info => infoNumber(info, field))] as const),
    ...(Number(total(totalKeys)) > 0 ? [['db0', `keys=${total(totalKeys)}`] as const] : []),
  ]);
}
