import { exploreLargeScopes, modelSoak } from '../test/cutover/model/soak.js';
import type { Soak } from './soak.js';

const historiesARound = 2000;

/** The slice of it is `test/cutover/model/model.test.ts`. */
export const cutoverModel: Soak = {
  describes:
    'the cutover decision against a model of two servers: every order of events within bounds, then random ones',
  rounds: 50,
  open: async () => {
    let isExplored = false;
    return {
      round: async random => {
        const states = isExplored ? {} : await exploreLargeScopes();
        isExplored = true;
        const { histories, steps } = await modelSoak({ seed: random.integer(0, 2 ** 31), rounds: historiesARound });
        return { ...states, histories, steps };
      },
      close: async () => undefined,
    };
  },
};
