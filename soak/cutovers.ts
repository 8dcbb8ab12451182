import { undisturbed } from '../test/faults/scenarios/undisturbed.js';
import { Place } from '../test/faults/support/place.js';
import type { Soak } from './soak.js';

export const cutovers: Soak = {
  describes: 'migrations under 8 writers that nothing disturbs, two of five with a rollback: nothing lost or twice',
  rounds: 50,
  open: async () => {
    const place = await Place.open(1);
    return {
      round: random => undisturbed(place, { rollBack: random.chance(0.4), ratePerWriter: random.integer(50, 400) }),
      close: () => place.close(),
    };
  },
};
