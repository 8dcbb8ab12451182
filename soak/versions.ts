import { copyBetween, versionPairs } from '../test/copy/version-pairs.js';
import { allVersions } from '../test/lab/redis-binary.js';
import type { Soak } from './soak.js';

/** A slice of it is `test/copy/versions.test.ts`. */
export const versions: Soak = {
  describes: `every shape copied by each method between each two of the servers ${allVersions.join(', ')}, up and down`,
  rounds: 1,
  open: async () => ({ round, close: async () => {} }),
};

async function round(): Promise<Record<string, number>> {
  const totals = { pairs: 0, copies: 0, keys: 0 };
  const failures: string[] = [];
  for (const pair of versionPairs(allVersions))
    try {
      const { copies, keys } = await copyBetween(pair);
      totals.pairs++;
      totals.copies += copies;
      totals.keys += keys;
    } catch (error) {
      failures.push((error as Error).message);
    }
  if (failures.length > 0) throw new Error(failures.join('\n'));
  return totals;
}
