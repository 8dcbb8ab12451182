import { versionPairs } from '../test/copy/version-pairs.js';
import { allVersions } from '../test/lab/redis-binary.js';
import { followBetween } from '../test/live/versions/follow-between.js';
import type { Random } from './random.js';
import type { Soak } from './soak.js';

/** Rounds that each application writes behind the snapshot. */
const rounds = 10;

/** A slice of it is `test/live/versions/versions.test.ts`. */
export const liveVersions: Soak = {
  describes: `every edge case and command, followed under writers between each two of ${allVersions.join(', ')}, up and down`,
  rounds: 1,
  open: async () => ({ round, close: async () => {} }),
};

async function round(random: Random): Promise<Record<string, number>> {
  const totals = { pairs: 0, keys: 0, writes: 0, acknowledged: 0 };
  const failures: string[] = [];
  for (const pair of versionPairs(allVersions))
    try {
      const seed = random.integer(0, 2 ** 31);
      const { keys, writes, acknowledged } = await followBetween({ ...pair, seed, rounds, huge: true });
      totals.pairs++;
      totals.keys += keys;
      totals.writes += writes;
      totals.acknowledged += acknowledged;
    } catch (error) {
      failures.push((error as Error).message);
    }
  if (failures.length > 0) throw new Error(failures.join('\n'));
  return totals;
}
