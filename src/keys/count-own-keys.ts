import { ownPrefix } from '../contract/own-prefix.js';
import type { Server } from '../server/connect.js';

/** The migration has a handful at most: in a bigger dataset they don't matter. */
const fewKeys = 1000;

/** Keys of the product in the selected database, which are no part of the data. @param keys how many it has in all; of many, 0 is told */
export async function countOwnKeys(server: Server, keys: number): Promise<number> {
  if (keys > fewKeys) return 0;
  let [cursor, own] = ['0', 0];
  do {
    const [next, names] = (await server.call('SCAN', cursor, 'MATCH', `${ownPrefix}*`, 'COUNT', fewKeys)) as [
      string,
      string[],
    ];
    [cursor, own] = [next, own + names.length];
  } while (cursor !== '0');
  return own;
}
