import { checkpointKey } from '../../live/checkpoint.js';
import { isParked } from '../../replication/state.js';
import { lookAtFed } from './look-at-fed.js';
import { replicaStandby } from './replica.js';
import type { StandbyKind } from './standby.js';

/**
 * The old source, on the way back: a replica whose master is a worker, which gives it the primary's writes with a
 * checkpoint behind them. By that it is at a place of the primary's own history.
 */
export const fedReplica = (workflowId: string): StandbyKind => ({
  ...replicaStandby,
  async observe(held, mine, addresses) {
    const look = await lookAtFed(held, mine, checkpointKey(workflowId));
    if (!look) return null;
    const { server, promoted, marker, checkpoint } = look;
    if (server.role === 'master') return { state: { ...server, promoted, refuses: false }, marker };
    const { replicationId = '', offset = 0 } = checkpoint ?? {};
    const place = { replid: replicationId, replid2: '', secondOffset: 0, offset };
    // Whoever feeds it stands for the primary.
    const master = isParked(server) ? server.master : addresses.primary;
    return { state: { ...server, ...place, master, promoted, refuses: false }, marker };
  },
  // A worker feeds it: it would not follow a primary that restarts.
  guard: async () => undefined,
  loginFor: () => ({}),
});
