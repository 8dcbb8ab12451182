import { followedToTheEnd } from '../test/faults/scenarios/followed.js';
import { Place } from '../test/faults/support/place.js';
import { serverVersions } from '../test/lab/index.js';
import { followedAtRandom } from '../test/live/follow/random-faults.js';
import type { Soak } from './soak.js';

/** One round in so many is a whole migration, with Temporal and a cutover. */
const wholeEvery = 10;

/** The slice of it is `test/live/follow/random-faults.test.ts`. */
export const live: Soak = {
  describes: 'a source of any version followed under writers, random faults to worker, links and servers: then equal',
  rounds: 200,
  open: async () => {
    const versions = [...serverVersions(), undefined, undefined];
    let place: Place | undefined;
    return {
      round: async random => {
        if (random.integer(1, wholeEvery) > 1) return followedAtRandom(random, { versions });
        place ??= await Place.open();
        return followedToTheEnd(place, random);
      },
      close: async () => place?.close(),
    };
  },
};
