import { infoOf } from '../keys/inventory.js';
import { ScanFeed } from '../keys/scan-feed.js';
import type { RespConnection } from '../resp/connection.js';
import { openAll } from '../resp/open-all.js';
import { keysByDatabase } from '../server/info.js';
import { isCuttable } from './cuttable.js';
import { type Latencies, measureBaseline } from './latency.js';
import { cut, type Partition } from './partition.js';
import type { CopySelection, Endpoints } from './request.js';

export interface CopyPlan {
  partitions: Partition[];
  /** Keys of the selected databases, the filtered ones included. */
  keysTotal: number;
  /** The target had no key in any of the databases copied to, but for the product's own. */
  targetWasEmpty: boolean;
  /** What PINGs take before anything is copied. */
  baseline: Latencies;
}

const name = 'redis-migration-copy';

/** Fewer keys are done before a second partition were worth its connections. */
const fewestKeys = 50_000;

/** Cuts the selected databases into about so many partitions. @throws MigrationError what `RespConnection.open` throws */
export async function planCopy(
  endpoints: Endpoints,
  selection: CopySelection,
  wanted: { partitions: number },
): Promise<CopyPlan> {
  const [source, target] = await openAll([
    [endpoints.source, { name }],
    [endpoints.target, { name }],
  ]);
  try {
    const [from, to] = await Promise.all([infoOf(source), infoOf(target)]);
    const [onSource, onTarget] = [keysByDatabase(from), keysByDatabase(to)];
    const databases = selection.databases(onSource.keys());
    const keysTotal = databases.reduce((sum, db) => sum + (onSource.get(db) ?? 0), 0);
    // On the nodes of a cluster cursors carry the slot, since Redis 7.4 and Valkey 8.
    const most = from.get('cluster_enabled') === '1' ? 1 : wanted.partitions;
    const partitions: Partition[] = [];
    for (const db of databases) {
      const keys = onSource.get(db) ?? 0;
      partitions.push(...(await partitionsOf(source, db, keys, (most * keys) / Math.max(1, keysTotal))));
    }
    const targets = databases.map(db => selection.targetDatabase(db)).filter(db => onTarget.has(db));
    const targetWasEmpty = await areEmpty(target, targets);
    return { partitions, keysTotal, targetWasEmpty, baseline: await measureBaseline(source, target) };
  } finally {
    source.close();
    target.close();
  }
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

/** Whether they hold nothing but the product's own keys. */
async function areEmpty(target: RespConnection, databases: number[]): Promise<boolean> {
  for (const db of databases) {
    await target.command('SELECT', db);
    const feed = new ScanFeed(target, { cursor: '0', count: () => 100 });
    for (let page = await feed.next(); page; page = await feed.next()) if (page.keys.count > 0) return false;
  }
  return true;
}
