import { it } from 'vitest';
import { Random } from '../../soak/random.js';
import { killedAtRandom } from './scenarios/random-kills.js';
import { usePlace } from './support/use-place.js';

const place = usePlace();
/** `FAULTS_SEED` repeats a failure; the rest is tried by the soak run `random-kills`. */
const seed = Number(process.env.FAULTS_SEED || Math.floor(Math.random() * 1_000_000));

for (const each of [seed, seed + 1])
  it(`workers killed in the sync, waiting and in the cutover, at the random moments of seed ${each}`, {
    timeout: 120_000,
  }, async () => {
    await killedAtRandom(place(), new Random(each));
  });
