import type { Fence } from './fence.js';

/** Writers wait, without an error. https://redis.io/docs/latest/commands/client-pause/ */
export const pauseFence: Fence = {
  kind: 'park',
  raise: async (primary, forMs) => {
    await primary.call('CLIENT', 'PAUSE', Math.ceil(forMs), 'WRITE');
  },
  lower: async primary => {
    await primary.call('CLIENT', 'UNPAUSE');
  },
  afterParking: [],
};
