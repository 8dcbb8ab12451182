import { cutoverActs, struckCutover } from '../test/faults/scenarios/crash.js';
import { Place } from '../test/faults/support/place.js';
import type { Soak } from './soak.js';

/** The slices of it are `test/faults/killed.test.ts` and `stopped.test.ts`. */
export const struckCutovers: Soak = {
  describes:
    'cutover and rollback under 8 writers, a worker killed or stopped after a random act of each: nothing lost or twice',
  rounds: 50,
  open: async () => {
    const place = await Place.open();
    return {
      round: random => {
        const strike = () => ({ act: random.pick(cutoverActs), fault: random.pick(['kill', 'stop'] as const) });
        return struckCutover(place, { forward: strike(), back: strike() });
      },
      close: () => place.close(),
    };
  },
};
