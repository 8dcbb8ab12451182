import { expect, test } from 'vitest';
import { serverVersions } from '../../lab/index.js';
import { followBetween } from './follow-between.js';

const seed = Number(process.env.REDIS_MIGRATION_SEED ?? Date.now() % 1_000_000);

/** A slice of `npm run soak -- live-versions`, up and down. */
const slice = [
  { from: '6.0', to: 'valkey-8.0' },
  { from: '8.0', to: '6.0' },
  { from: '7.0', to: '8.0' },
] as const;

test.for(slice)(
  `what $from holds and takes is what $to has in the end, with seed ${seed}`,
  { timeout: 120_000 },
  async (pair, { skip }) => {
    const missing = [pair.from, pair.to].filter(version => !serverVersions().includes(version));
    if (missing.length > 0) skip(`no server ${missing.join(', ')} on this machine`);
    const { keys, acknowledged } = await followBetween({ ...pair, seed });
    expect(keys).toBeGreaterThan(300);
    expect(acknowledged).toBeGreaterThan(500);
  },
);
