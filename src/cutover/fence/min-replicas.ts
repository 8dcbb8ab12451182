import { restoreConditions, unreachableReplicas, type WriteConditions } from '../config-file.js';
import type { Fence } from './fence.js';

/**
 * Writers get NOREPLICAS at once, instead of waiting. For servers before 6.2, or by choice. It has no end of its own:
 * the next attempt or the abort lowers it.
 */
export const minReplicasFence = (original: WriteConditions): Fence => ({
  kind: 'min-replicas',
  raise: async primary => {
    if (original.minReplicasMaxLag === '0') await primary.call('CONFIG', 'SET', 'min-replicas-max-lag', '10');
    await primary.call('CONFIG', 'SET', 'min-replicas-to-write', unreachableReplicas);
  },
  lower: async primary => {
    for (const [, ...args] of restoreConditions(original)) await primary.call('CONFIG', ...args);
  },
  afterParking: restoreConditions(original),
});
