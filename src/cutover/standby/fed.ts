import { setTimeout as delay } from 'node:timers/promises';
import { cutWriters } from '../../copy/writers.js';
import { appliedOffset, type Checkpoint, checkpointKey, parseCheckpoint } from '../../live/checkpoint.js';
import { noteBackPlace } from '../../live/feed/promotion.js';
import type { Server } from '../../server/connect.js';
import { restoreConditions, unreachableReplicas } from '../config-file.js';
import { setMarkerCommand } from '../marker.js';
import type { Addresses, Observed } from '../situation.js';
import { transact } from '../transact.js';
import { lookAtFed } from './look-at-fed.js';
import type { StandbyKind } from './standby.js';

/**
 * A master that a worker feeds with the primary's stream. It counts as a replica at the place that its checkpoint names
 * until it bears the mark of the promotion, and as a master from then on: so the same rules decide about it. Whoever
 * feeds it looks for that mark first, on each of its connections, and those that stand are cut behind the mark.
 */
export const fedStandby = (workflowId: string): StandbyKind => ({
  async observe(held, mine, addresses) {
    const look = await lookAtFed(held, mine, checkpointKey(workflowId));
    if (!look) return null;
    const { server, promoted, marker, checkpoint } = look;
    if (server.role === 'replica') return { state: { ...server, promoted, refuses: false }, marker };
    const state = asSeen(server, promoted ? null : addresses.primary, checkpoint);
    return { state, marker, heardAt: checkpoint?.arrivedAt ?? 0 };
  },
  // It follows nobody by itself; but without whoever feeds it writers would wait for nothing, and from here on its own
  // stream tells what is to be carried back.
  guard: async (standby, primaryOffset) => {
    await untilFed(standby, workflowId, primaryOffset);
    await noteBackPlace(standby, workflowId);
  },
  // Applications that are refused by the parked primary may try it: what it took then, and nobody carries, would be lost.
  // (A managed target can't be closed. Nor has it a way back, on which anything would have to be carried.)
  close: async (standby, conditions) => {
    if (conditions) await standby.call('CONFIG', 'SET', 'min-replicas-to-write', unreachableReplicas);
  },
  open: async (standby, conditions) => {
    for (const [, ...args] of restoreConditions(conditions)) await standby.call('CONFIG', ...args);
  },
  promote: async (standby, conditions, marker) => {
    const conditioned = restoreConditions(conditions);
    await transact(standby, [...conditioned, setMarkerCommand(marker)], conditioned.length);
    await cutWriters(standby, workflowId);
  },
  // It was a master before. An attempt that died behind the mark may not have cut them.
  record: async standby => void (await cutWriters(standby, workflowId)),
  loginFor: () => ({}),
});

/** So long a worker that takes over from one that died may need, in ms. */
const untilFedMs = 12_000;
const lookMs = 20;

/** Until it has what the primary had just now. Nothing is lost where nobody comes: then the primary goes on. */
async function untilFed(standby: Server, workflowId: string, primaryOffset: number): Promise<void> {
  for (const until = performance.now() + untilFedMs; performance.now() < until; await delay(lookMs)) {
    const applied = appliedOffset(parseCheckpoint(await standby.call('GET', checkpointKey(workflowId))));
    if (applied !== null && applied >= primaryOffset) return;
  }
}

/** @param master whom it is fed with the writes of; null: it was promoted */
function asSeen(
  server: Omit<Observed, 'promoted' | 'refuses'>,
  master: Addresses['primary'] | null,
  checkpoint: Checkpoint | null,
): Observed {
  const applied = appliedOffset(checkpoint);
  return {
    ...server,
    role: master === null ? 'master' : 'replica',
    master,
    promoted: master === null,
    refuses: false,
    linkUp: applied !== null,
    syncInProgress: checkpoint !== null && applied === null,
    replid: checkpoint?.replicationId ?? '',
    replid2: '',
    secondOffset: 0,
    offset: applied ?? 0,
    // Without a checkpoint it may have lost everything, the mark of its promotion too.
    backlogFirstOffset: checkpoint ? 1 : 0,
    backlogSize: 0,
  };
}
