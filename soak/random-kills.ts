import { killedAtRandom } from '../test/faults/scenarios/random-kills.js';
import { Place } from '../test/faults/support/place.js';
import type { Soak } from './soak.js';

/** The slice of it is `test/faults/random-kills.test.ts`. */
export const randomKills: Soak = {
  describes: 'a migration under 8 writers, its worker killed at random moments of the sync, the wait and the cutover',
  rounds: 50,
  open: async () => {
    const place = await Place.open();
    return { round: random => killedAtRandom(place, random), close: () => place.close() };
  },
};
