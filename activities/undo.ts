import { callOwner } from '../src/cluster/index.js';
import type { Method } from '../src/contract/input.js';
import { presentSettings } from '../src/cutover/config-file.js';
import { promotedKey, readMarker } from '../src/cutover/marker.js';
import { readPlanKey } from '../src/replication/plan-key.js';
import { isParked, readReplication } from '../src/replication/state.js';
import { commandLevel, readInfo } from '../src/server/info.js';
import type { ActivityDeps } from './deps.js';
import type { Originals } from './plan-rollback.js';
import { type Scope, withBoth } from './scope.js';

export interface FoundOnServers {
  workflowId: string | null;
  originals: Originals;
  commandLevel: number;
  /** The target is a master that bears the mark of its promotion. */
  promoted: boolean;
  /** Missing in histories of before there was a choice. */
  method?: Method | 'auto';
  /** Keys may be on the target only. */
  moved?: boolean;
  /** The source is a replica of nobody. */
  parked: boolean;
}

/** Reads from the servers which migration held them, and what they were set to before. */
export const findTraces =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<FoundOnServers> =>
    withBoth(scope, deps, async (source, target) => {
      const record = (await readPlanKey(source)) ?? (await readPlanKey(target));
      const marker = await readMarker(target);
      const info = await readInfo(target, 'replication');
      const { master } = await readReplication(source, '');
      return {
        method: record?.method ?? 'replication',
        moved: record?.move ?? false,
        parked: isParked({ master }),
        promoted: marker !== null && info.get('role') === 'master',
        workflowId: record?.workflowId ?? marker?.workflowId ?? null,
        originals: record?.originals ?? {
          source: await presentSettings(source),
          target: await presentSettings(target),
        },
        commandLevel: commandLevel(await readInfo(source, 'server')),
      };
    });

/** Removes the mark of a promotion: from now on the target may be replicated over again. */
export const forgetPromotion =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<boolean> =>
    withBoth(scope, deps, async (_source, target) => Number(await callOwner(target, 'DEL', promotedKey)) > 0);
