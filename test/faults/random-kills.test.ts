import { it } from 'vitest';
import { Random } from '../../soak/random.js';
import { killedAtRandom } from './scenarios/random-kills.js';
import { usePlace } from './support/use-place.js';

const place = usePlace();
/** `FAULTS_SEED` repeats a failure; many more are tried by the soak run `random-kills`. */
const seed = Number(process.env.FAULTS_SEED || Math.floor(Math.random() * 1_000_000));

it(`workers killed in the sync, waiting and in the cutover, at the random moments of seed ${seed}`, {
  timeout: 120_000,
}, async () => {
  await killedAtRandom(place(), new Random(seed));
});
