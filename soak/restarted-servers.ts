import { type Restart, restarted } from '../test/faults/scenarios/restart.js';
import { Place } from '../test/faults/support/place.js';
import type { Random } from './random.js';
import type { Soak } from './soak.js';

/** The slice of it is `test/faults/restarted.test.ts`. */
export const restartedServers: Soak = {
  describes:
    'a migration under 8 writers, a server killed and started again in the full sync, before, in or after the cutover',
  rounds: 50,
  open: async () => {
    const place = await Place.open(2);
    return {
      round: random => restarted(place, atRandom(random)),
      close: () => place.close(),
    };
  },
};

function atRandom(random: Random): Restart {
  const downMs = random.integer(0, 3000);
  const who = random.pick(['source', 'target'] as const);
  const when = random.pick(['syncing', 'waiting', 'fenced', 'parked', 'afterwards'] as const);
  if (who === 'target' || (when !== 'fenced' && when !== 'parked')) return { who, when, downMs };
  return { who, when, downMs, ...random.pick([{}, { forgets: true }, { givenUp: true }] as const) };
}
