import { readTotalInfo } from '../src/cluster/index.js';
import { copies } from '../src/contract/methods.js';
import { readPlanKey } from '../src/replication/plan-key.js';
import { passing, plannedChanges } from '../src/replication/planned.js';
import { type OriginalSettings, readOriginalSettings } from '../src/replication/settings.js';
import { renderCopyRollbackPlan } from '../src/report/copy-rollback-plan.js';
import { renderLiveRollbackPlan } from '../src/report/live-rollback-plan.js';
import { renderRollbackPlan } from '../src/report/rollback-plan.js';
import { readConfig } from '../src/server/config.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { readInfo, totalKeys } from '../src/server/info.js';
import { sealingKeyOf } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withBoth } from './scope.js';

export interface Originals {
  source: OriginalSettings;
  target: OriginalSettings;
}

/** Writes down the way back before anything changes: what both servers are set to, and how to return there. */
export const planRollback =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<{ originals: Originals; markdown: string }> =>
    withBoth(scope, deps, async (source, target) => {
      if (copies(scope.plan.method)) return planCopyRollback(scope, source, target);
      const key = sealingKeyOf({ source: source.endpoint, target: target.endpoint });
      const recorded = await recordedBefore(source, {
        primary: addressOf(source.endpoint),
        standby: addressOf(target.endpoint),
      });
      const originals = {
        source: { ...(await readOriginalSettings(source, key)), ...recorded.source },
        target: { ...(await readOriginalSettings(target, key)), ...recorded.target },
      };
      const said = {
        name: scope.name,
        plan: scope.plan,
        targetKeys: totalKeys(await readInfo(target, 'keyspace')),
      };
      if (scope.plan.method === 'live')
        return { originals, markdown: renderLiveRollbackPlan({ ...said, settings: atSourceOnly(originals) }) };
      const settings = plannedChanges(originals, source.endpoint, target.endpoint);
      return { originals, markdown: renderRollbackPlan({ ...said, settings, reverseReplication: true }) };
    });

/** A target that stays a master is set to nothing. */
const atSourceOnly = ({ source }: Originals) => passing('source', source);

/** A copy changes the source only by its fence. */
async function planCopyRollback({ name, plan }: Scope, source: Server, target: Server) {
  const settings = await readConfig(source, 'replica-read-only');
  const markdown = renderCopyRollbackPlan({ name, plan, targetKeys: totalKeys(await readTotalInfo(target)) });
  return { originals: { source: Object.fromEntries(settings), target: {} }, markdown };
}

/** What a migration of the same server that never came to its end wrote down: what is set now is of its making. */
async function recordedBefore(source: Server, names: { primary: string; standby: string }): Promise<Originals> {
  const record = await readPlanKey(source);
  return {
    source: record?.primary === names.primary ? record.originals.source : {},
    target: record?.standby === names.standby ? record.originals.target : {},
  };
}
