import { it } from 'vitest';
import { Random } from '../../../soak/random.js';
import { followedAtRandom } from './random-faults.js';

/** `LIVE_SEED` repeats a failure; many more are tried by the soak run `live`. */
const first = Number(process.env.LIVE_SEED || Math.floor(Math.random() * 1_000_000));

for (const seed of [first, first + 1, first + 2])
  it(`a followed source and its target are equal after the random faults of seed ${seed}`, {
    timeout: 60_000,
  }, async () => {
    await followedAtRandom(new Random(seed), { versions: [undefined] });
  });
