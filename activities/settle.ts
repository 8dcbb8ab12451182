import { setTimeout as delay } from 'node:timers/promises';
import type { SettledAs, Settlement } from '../src/contract/settlement.js';
import { knownConditions, restoreConditions } from '../src/cutover/config-file.js';
import { clearEpochs, type Held } from '../src/cutover/epoch.js';
import { promotedKey } from '../src/cutover/marker.js';
import { hold } from '../src/replication/link.js';
import { planKey } from '../src/replication/plan-key.js';
import { bracing } from '../src/replication/planned.js';
import {
  type OriginalSettings,
  replicaSettings,
  restoreSettings,
  type SettingChange,
  strangerLogin,
} from '../src/replication/settings.js';
import { isParked, parkingAddress, readReplication } from '../src/replication/state.js';
import { addressOf, type Endpoint } from '../src/server/endpoint.js';
import { readInfo } from '../src/server/info.js';
import { resolveEndpoints, sealingKeyOf } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { endFeeding, endFeedingBack } from './end-feeding.js';
import { withBothHeld } from './held.js';
import type { Originals } from './plan-rollback.js';
import type { Scope } from './scope.js';

export interface Settle extends Scope {
  as: SettledAs;
  originals: Originals;
  /** The source's configuration file may have been written by this migration; the target's is written in any case. */
  rewrite: boolean;
}

/** Puts back what was changed, takes the migration's own traces away, and says what is left. Idempotent. */
export const settle =
  (deps: ActivityDeps) =>
  async (scope: Settle): Promise<Settlement> => {
    const { source: primary, target: standby } = await resolveEndpoints(scope.plan, deps.secrets);
    const key = sealingKeyOf({ source: primary, target: standby });
    if (scope.plan.method === 'live') await endFeeding(scope, standby, deps);
    return withBothHeld({ primary, standby }, async (source, target) => {
      const left = [
        ...(await putInPlace(source, mayRule[scope.as].includes('source'), scope.originals.source)),
        ...(await putInPlace(target, mayRule[scope.as].includes('target'), scope.originals.target)),
        ...(await roles[scope.as]({ source, target, scope })),
      ];
      if (scope.plan.method === 'live') await endFeedingBack(scope, primary);
      const settings = [
        await restoreSettings(source.critical, kept(scope, 'source', standby), key),
        await restoreSettings(target.critical, kept(scope, 'target', primary), key),
      ];
      const unwritten = [...(await tidy(source, scope.rewrite)), ...(await tidy(target, true))];
      const { from, to, ...braced } = bracing('target', scope.originals.target);
      return {
        restored: [
          ...settings.flatMap(({ restored }) => restored).filter(change => !isKept(scope, change)),
          { ...braced, from: to, to: from },
        ],
        left: [...left, ...settings.flatMap(({ lost }) => lost), ...unwritten],
      };
    });
  };

interface Sides {
  source: Held;
  target: Held;
  scope: Settle;
}

/** Who may take writes in the end: after an abort each by itself. */
const mayRule: Record<SettledAs, ('source' | 'target')[]> = {
  aborted: ['source', 'target'],
  completed: ['target'],
  'rolled-back': ['source'],
  'left-promoted': ['target'],
};

/**
 * A server that restarted in the middle of a switch is a master that refuses writes, those of the clean-up too. Before
 * that ends, one that must not rule beside the other is parked.
 */
async function putInPlace(held: Held, rules: boolean, originals: OriginalSettings): Promise<string[]> {
  const restore = restoreConditions(knownConditions(originals));
  const { role } = await readReplication(held.critical, held.runId);
  if (rules || role === 'replica') {
    await held.critical.pipeline(restore);
    return [];
  }
  const [parked] = await held.critical.transaction([
    ['REPLICAOF', parkingAddress.host, parkingAddress.port],
    ...restore,
  ]);
  if (parked instanceof Error) throw parked;
  const { side } = held.admin.endpoint;
  return [`The ${side} had restarted as a master of its own and is held: read-only and unfed.`];
}

/** What becomes of the roles, by how it ended; resolves to what is left behind, in words. */
const roles: Record<SettledAs, (sides: Sides) => Promise<string[]>> = {
  aborted: async ({ source, target }) => {
    const left = await releaseSource(source);
    const { role } = await readReplication(target.critical, target.runId);
    if (role === 'replica') await target.critical.call('REPLICAOF', 'NO', 'ONE');
    await target.critical.call('DEL', planKey);
    return [
      `The target ${addressOf(target.admin.endpoint)} is a master of its own and keeps the copy that it has so far.`,
      ...left,
    ];
  },
  completed: async ({ source, target, scope }) => {
    await target.critical.call('DEL', planKey);
    await caughtUp(source, target);
    if (scope.plan.sourceAfterwards === 'released') {
      await source.critical.call('REPLICAOF', 'NO', 'ONE');
      return ['The old source is a master of its own again.'];
    }
    await hold(source);
    return ['The old source is parked: read-only and unfed. REPLICAOF NO ONE on it releases it.'];
  },
  'rolled-back': async ({ source, target, scope }) => {
    await source.critical.call('DEL', planKey, promotedKey);
    if (isParked(await readReplication(target.critical, target.runId)))
      return scope.plan.method === 'live' ? [heldTarget(addressOf(target.admin.endpoint))] : [];
    return [
      `The target ${addressOf(target.admin.endpoint)} is a replica of the source, with what it needs to log in there.`,
    ];
  },
  'left-promoted': async ({ source, target }) => {
    await target.critical.call('DEL', planKey);
    const isHeld = isParked(await readReplication(source.critical, source.runId));
    return [
      `The roles are left as they are: the target is the master, the old source ${isHeld ? 'read-only and unfed' : 'its replica'}.`,
    ];
  },
};

/** One that was demoted takes no writes: its keys are its new primary's, and that is no server of this migration. */
async function releaseSource(source: Held): Promise<string[]> {
  const { master } = await readReplication(source.critical, source.runId);
  if (master && !isParked({ master }))
    return [
      `The source is a replica of ${addressOf(master)} now. If the key ${planKey} is there, remove it: DEL ${planKey}.`,
    ];
  await source.critical.call('DEL', planKey);
  return [];
}

const heldTarget = (target: string): string =>
  `The target ${target} is parked: read-only and unfed, with what it had and its mark of the promotion. To use it again: REPLICAOF NO ONE on it, then 'redis-migration undo INPUT.json --forget'.`;

/** The old source gets the last of what the target wrote, the removal of our own key included; bounded. */
async function caughtUp(source: Held, target: Held): Promise<void> {
  for (let round = 0; round < 50; round++) {
    const [from, to] = await Promise.all([
      readReplication(target.critical, target.runId),
      readReplication(source.critical, source.runId),
    ]);
    if (!to.linkUp || to.offset >= from.offset) return;
    await delay(20);
  }
}

const staysReplica: Partial<Record<SettledAs, 'source' | 'target'>> = {
  'rolled-back': 'target',
  'left-promoted': 'source',
};

const isKept = ({ as }: Settle, { side, what }: SettingChange): boolean =>
  staysReplica[as] === side && what in strangerLogin;

/** What a server is set to afterwards. One that is left as a replica logs in to the other by itself from now on. */
function kept({ as, originals }: Settle, side: 'source' | 'target', other: Endpoint): OriginalSettings {
  if (staysReplica[as] !== side) return originals[side];
  const { masteruser, masterauth, 'tls-replication': tls } = replicaSettings(other);
  return { ...originals[side], masteruser, masterauth, 'tls-replication': tls } as OriginalSettings;
}

/** Last of all, since it cuts this attempt's own acting connection too. */
async function tidy(held: Held, rewrite: boolean): Promise<string[]> {
  await clearEpochs(held);
  if (!rewrite || held.form.kind === 'key') return [];
  const failed = await held.admin.call('CONFIG', 'REWRITE').then(
    () => null,
    error => String((error as Error).message),
  );
  const hasFile = (await readInfo(held.admin, 'server')).get('config_file');
  if (failed === null || !hasFile) return [];
  const { side } = held.admin.endpoint;
  return [
    `CONFIG REWRITE on the ${side} failed (${failed}): its file may still have it refuse writes after a restart. Mend that, and send CONFIG REWRITE.`,
  ];
}
