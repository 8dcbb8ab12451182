import type { Selection } from '../selection/selection.js';
import type { Server } from '../server/connect.js';
import { keysByDatabase, readInfo } from '../server/info.js';
import { countOwnKeys } from './count-own-keys.js';

/** How many keys the target has in the databases that get some, other than the product's own, which are in the first. */
export async function keysInTheWay(target: Server, selection: Selection): Promise<number> {
  let count = 0;
  for (const [db, keys] of keysByDatabase(await readInfo(target, 'keyspace')))
    if (selection.sourceDatabase(db) !== null) count += keys - (db === 0 ? await countOwnKeys(target, keys) : 0);
  return count;
}
