import type { NodeLayout } from '../cluster/index.js';
import { infoOf } from '../keys/info-of.js';
import { ScanFeed } from '../keys/scan-feed.js';
import { ClusterKeyspace, type Keyspace, layoutOf, openBoth, primariesOf } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { keysByDatabase } from '../server/info.js';
import { isCuttable } from './cuttable.js';
import { type Latencies, measureBaseline } from './latency.js';
import { cut, type Partition } from './partition.js';
import type { CopySelection, Endpoints } from './request.js';

export interface CopyPlan {
  partitions: Partition[];
  /** What a source that is a cluster was then: for `planRescans`, when all partitions are done. */
  layout: NodeLayout[] | null;
  /** More nodes by which a cluster is found, as an endpoint's `others`; none of a server outside of clusters. */
  nodes: { source: Node[]; target: Node[] };
  /** Keys of the selected databases, the filtered ones included. */
  keysTotal: number;
  /** The target had no key in any of the databases copied to, but for the product's own. */
  targetWasEmpty: boolean;
  /** What PINGs take before anything is copied. */
  baseline: Latencies;
}

interface Node {
  host: string;
  port: number;
}

const name = 'redis-migration-copy';

/** Fewer keys are done before a second partition were worth its connections. */
const fewestKeys = 50_000;

/**
 * Cuts the selected databases into about so many partitions; a cluster into its primaries, on which cursors carry the
 * slot since Redis 7.4 and Valkey 8.
 * @throws MigrationError what `RespConnection.open` throws
 */
export async function planCopy(
  endpoints: Endpoints,
  selection: CopySelection,
  wanted: { partitions: number },
): Promise<CopyPlan> {
  const [source, target] = await openBoth([endpoints.source, { name }], [endpoints.target, { name }]);
  try {
    const [onSource, onTarget] = await Promise.all([keysIn(source), keysIn(target)]);
    const databases = selection.databases(onSource.keys());
    const keysTotal = databases.reduce((sum, db) => sum + (onSource.get(db) ?? 0), 0);
    // Those too that have no keys on the source: what is there isn't the migration's, and never will be.
    const targets = [...onTarget.keys()].filter(db => selection.sourceDatabase(db) !== null);
    return {
      ...(source instanceof ClusterKeyspace
        ? await ofCluster(source, selection)
        : { layout: null, partitions: await ofServer(source, { onSource, databases, keysTotal, ...wanted }) }),
      nodes: { source: nodesOf(source), target: nodesOf(target) },
      keysTotal,
      targetWasEmpty: await areEmpty(await primariesOf(target), targets),
      baseline: await measureBaseline(source, target),
    };
  } finally {
    source.close();
    target.close();
  }
}

/** Keys by database. */
async function keysIn(keyspace: Keyspace): Promise<Map<number, number>> {
  const sums = new Map<number, number>();
  for (const info of await Promise.all((await primariesOf(keyspace)).map(infoOf)))
    for (const [db, keys] of keysByDatabase(info)) sums.set(db, (sums.get(db) ?? 0) + keys);
  return sums;
}

async function ofCluster(source: ClusterKeyspace, selection: CopySelection) {
  const layout = await layoutOf(source);
  const selected = selection.databases([0]).length > 0;
  return { layout, partitions: selected ? layout.map(({ node }) => ({ db: 0, from: '0', to: null, node })) : [] };
}

interface Cutting {
  onSource: ReadonlyMap<number, number>;
  databases: number[];
  keysTotal: number;
  partitions: number;
}

async function ofServer(source: RespConnection, { onSource, databases, ...all }: Cutting): Promise<Partition[]> {
  const partitions: Partition[] = [];
  for (const db of databases) {
    const keys = onSource.get(db) ?? 0;
    partitions.push(...(await partitionsOf(source, db, keys, (all.partitions * keys) / Math.max(1, all.keysTotal))));
  }
  return partitions;
}

async function partitionsOf(source: RespConnection, db: number, keys: number, share: number): Promise<Partition[]> {
  const count = powerOfTwo(Math.min(share, keys / fewestKeys));
  if (count === 1) return cut(db, 1);
  await source.command('SELECT', db);
  const partitions = cut(db, count);
  return (await isCuttable(source, partitions, keys)) ? partitions : cut(db, 1);
}

/** The nearest to so many, at least 1. */
const powerOfTwo = (number: number): number => 2 ** Math.max(0, Math.round(Math.log2(Math.max(1, number))));

const nodesOf = (keyspace: Keyspace): Node[] =>
  keyspace instanceof ClusterKeyspace ? keyspace.router.topology.nodes.map(({ host, port }) => ({ host, port })) : [];

/** Whether they hold nothing but the product's own keys. */
async function areEmpty(targets: RespConnection[], databases: number[]): Promise<boolean> {
  for (const target of targets)
    for (const db of databases) {
      await target.command('SELECT', db);
      const feed = new ScanFeed(target, { cursor: '0', count: () => 100 });
      for (let page = await feed.next(); page; page = await feed.next()) if (page.keys.count > 0) return false;
    }
  return true;
}
