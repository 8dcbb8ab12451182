import { createHash } from 'node:crypto';
import type { NodeLayout } from '../cluster/index.js';
import { infoOf } from '../keys/info-of.js';
import { keysByDatabase } from '../server/info.js';
import { ClusterKeyspace } from './cluster-keyspace.js';
import { layoutOf } from './cluster-layout.js';
import type { Keyspace } from './open.js';
import { primariesOf } from './primaries.js';

/** What one side says of itself. */
export interface Inventory {
  /** Of a server its `run_id`; of a cluster another one whenever slots, roles or processes change. */
  runId: string;
  /** Keys by database, those included that have expired but are not yet removed. */
  keys: ReadonlyMap<number, number>;
  /** Of a cluster. */
  layout?: NodeLayout[];
}

/** @throws MigrationError what a server refused; Unreachable */
export async function takeInventory(keyspace: Keyspace): Promise<Inventory> {
  // Before the keys are scanned.
  const layout = keyspace instanceof ClusterKeyspace ? await layoutOf(keyspace) : undefined;
  const infos = await Promise.all((await primariesOf(keyspace)).map(infoOf));
  const keys = new Map<number, number>();
  for (const info of infos) for (const [db, count] of keysByDatabase(info)) keys.set(db, (keys.get(db) ?? 0) + count);
  const runIds = infos.map(info => info.get('run_id') ?? '');
  return layout ? { runId: digestOf(layout, runIds), keys, layout } : { runId: runIds[0] ?? '', keys };
}

const digestOf = (...parts: unknown[]): string => createHash('sha1').update(JSON.stringify(parts)).digest('base64url');

/** Every database that has keys on either side, in order. */
export const databasesOf = (...sides: Inventory[]): number[] =>
  [...new Set(sides.flatMap(side => [...side.keys.keys()]))].sort((one, other) => one - other);

export const totalOf = ({ keys }: Inventory): number => [...keys.values()].reduce((sum, count) => sum + count, 0);
