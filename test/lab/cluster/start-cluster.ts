import { allSettled, Closers } from '../closers.js';
import { freePort, onPort } from '../ports.js';
import { type RedisOptions, type RedisServer, startRedis } from '../redis.js';
import { redisBinary, redisVersion, type ServerVersion } from '../redis-binary.js';
import { slotCount } from './key-slot.js';
import { RedisCluster } from './redis-cluster.js';
import { untilAllKnowAll } from './stability.js';

export interface ClusterOptions {
  /** @default 3 */
  primaries?: number;
  /** Spread over the primaries in turn. @default as many as primaries */
  replicas?: number;
  /** After so long without an answer a node counts as failed. @default 2000 */
  nodeTimeoutMs?: number;
  /** Of every node. */
  password?: string;
  version?: ServerVersion;
  /** Any other directive, for every node. */
  config?: Record<string, string>;
}

/** A real cluster on 127.0.0.1: all slots served, every replica in sync. */
export async function startCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const { primaries = 3, replicas = primaries } = options;
  const closers = new Closers();
  try {
    const starting = Array.from({ length: primaries + replicas }, () => startNode(options));
    const nodes = await allSettled(starting.map(node => closers.keep(node, ({ server }) => server.discard())));
    const cluster = new RedisCluster(nodes.map(({ server }) => server));
    await assignSlots(cluster.nodes.slice(0, primaries));
    await meet(nodes);
    await untilAllKnowAll(cluster);
    await replicateInTurn(cluster, primaries);
    await cluster.untilStable();
    return cluster;
  } catch (error) {
    await closers.close();
    throw error;
  }
}

interface Node {
  server: RedisServer;
  /** On which nodes talk to each other. */
  busPort: number;
}

async function startNode(options: ClusterOptions): Promise<Node> {
  const settings = nodeSettings(options);
  if (Number.parseInt(redisVersion(redisBinary(options.version)), 10) < 7) return startOldNode(settings);
  return onPort(undefined, async busPort => {
    const config = { ...settings.config, 'cluster-port': String(busPort) };
    return { server: await startRedis({ ...settings, config }), busPort };
  });
}

/** Before 7.0 the bus is 10000 above the port. */
async function startOldNode(settings: RedisOptions): Promise<Node> {
  let port = await freePort();
  while (port > 22_000) port = await freePort();
  return { server: await startRedis({ ...settings, port }), busPort: port + 10_000 };
}

function nodeSettings({ password, version, nodeTimeoutMs = 2000, config = {} }: ClusterOptions): RedisOptions {
  return {
    ...(version === undefined ? {} : { version }),
    ...(password === undefined ? {} : { password }),
    config: {
      'cluster-enabled': 'yes',
      'cluster-node-timeout': String(nodeTimeoutMs),
      // A replica is always fit to take over: what a test waits for must happen.
      'cluster-replica-validity-factor': '0',
      // CLUSTER SLOTS leaves a replica out until its offset has moved.
      'repl-ping-replica-period': '1',
      ...(password === undefined ? {} : { masterauth: JSON.stringify(password) }),
      ...config,
    },
  };
}

async function assignSlots(primaries: readonly RedisServer[]): Promise<void> {
  const share = Math.ceil(slotCount / primaries.length);
  const assigned = primaries.map(async (primary, n) => {
    const slots = Array.from({ length: Math.min(share, slotCount - n * share) }, (_, slot) => n * share + slot);
    await primary.cli('CLUSTER', 'ADDSLOTS', ...slots.map(String));
    await primary.cli('CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1));
  });
  await Promise.all(assigned);
}

async function meet([first, ...others]: readonly Node[]): Promise<void> {
  for (const { server, busPort } of others)
    await first?.server.cli('CLUSTER', 'MEET', server.host, String(server.port), String(busPort));
}

async function replicateInTurn({ nodes }: RedisCluster, primaries: number): Promise<void> {
  const ids = await Promise.all(nodes.slice(0, primaries).map(node => node.cli('CLUSTER', 'MYID')));
  const replicas = nodes.slice(primaries);
  await Promise.all(replicas.map((node, n) => node.cli('CLUSTER', 'REPLICATE', ids[n % primaries] as string)));
}
