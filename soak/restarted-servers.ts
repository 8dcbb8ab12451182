import { restarted } from '../test/faults/scenarios/restart.js';
import { Place } from '../test/faults/support/place.js';
import type { Soak } from './soak.js';

/** The slice of it is `test/faults/restarted.test.ts`. */
export const restartedServers: Soak = {
  describes:
    'a migration under 8 writers, a server killed and started again in the full sync, before, in or after the cutover',
  rounds: 50,
  open: async () => {
    const place = await Place.open(2);
    return {
      round: random =>
        restarted(place, {
          who: random.pick(['source', 'target'] as const),
          when: random.pick(['syncing', 'waiting', 'fenced', 'parked', 'afterwards'] as const),
          downMs: random.integer(0, 3000),
        }),
      close: () => place.close(),
    };
  },
};
