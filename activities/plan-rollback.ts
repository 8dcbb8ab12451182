import { plannedChanges } from '../src/replication/planned.js';
import { type OriginalSettings, readOriginalSettings } from '../src/replication/settings.js';
import { renderRollbackPlan } from '../src/report/rollback-plan.js';
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
      const key = sealingKeyOf({ source: source.endpoint, target: target.endpoint });
      const originals = {
        source: await readOriginalSettings(source, key),
        target: await readOriginalSettings(target, key),
      };
      const markdown = renderRollbackPlan({
        name: scope.name,
        plan: scope.plan,
        settings: plannedChanges(originals, source.endpoint, target.endpoint),
        reverseReplication: true,
        targetKeys: totalKeys(await readInfo(target, 'keyspace')),
      });
      return { originals, markdown };
    });
