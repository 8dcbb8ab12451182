import { afterAll, beforeAll } from 'vitest';
import { type Content, contents, type RedisCluster, RedisServer, startCluster } from '../lab/index.js';

/** Two clusters of three primaries and three replicas for the tests of a file. */
export function useClusters(): { readonly source: RedisCluster; readonly target: RedisCluster } {
  const clusters: { source: RedisCluster; target: RedisCluster } = {} as never;
  beforeAll(async () => {
    const [source, target] = await Promise.all([1000, 1000].map(nodeTimeoutMs => startCluster({ nodeTimeoutMs })));
    Object.assign(clusters, { source, target });
  });
  afterAll(() => Promise.all([clusters.source?.discard(), clusters.target?.discard()]));
  return clusters;
}

export type Side = RedisServer | RedisCluster;

export async function seedOf(side: Side): Promise<RedisServer> {
  return side instanceof RedisServer ? side : ((await side.primaries())[0] as RedisServer);
}

export async function empty(...sides: Side[]): Promise<void> {
  for (const side of sides)
    for (const server of side instanceof RedisServer ? [side] : await side.primaries()) await server.cli('FLUSHALL');
}

/** What a side holds but for the product's own keys; the lab's own way to read it, not the product's. */
export async function dataOf(side: Side): Promise<Map<string, Content>> {
  const all = side instanceof RedisServer ? await contents(side) : await side.contents();
  return new Map([...all].filter(([key]) => !key.includes('__redis-migration:')));
}

/** Sends a command to the node that has the key. */
export async function sendTo(cluster: RedisCluster, key: string, ...command: string[]): Promise<string> {
  return (await cluster.primaryOf(key)).cli(...command);
}
