import { type CopyPlan, type Endpoints, planCopy } from '../src/copy/index.js';
import { raiseFence, type SourceFence } from '../src/copy/source-fence.js';
import { writePlanKey } from '../src/replication/plan-key.js';
import type { SettingChange } from '../src/replication/settings.js';
import { Selection } from '../src/selection/selection.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { withHeld } from './held.js';
import type { Originals } from './plan-rollback.js';
import { type Scope, withServers } from './scope.js';

/** More than the lanes that run at a time, so that several workers have something to do until the end. */
const partitions = 8;

export interface PrepareCopy extends Scope {
  originals: Originals;
}

/** Cuts the source's keys into partitions, and leaves on the target what an undo needs to know. */
export const prepareCopy =
  (deps: ActivityDeps) =>
  async (scope: PrepareCopy): Promise<CopyPlan> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    const planned = await planCopy({ source, target }, Selection.of(scope.plan), {
      // By MIGRATE one is worked on at a time.
      partitions: scope.plan.method === 'migrate' ? 1 : partitions,
    });
    const plan = scope.plan.method === 'rdb' ? { ...planned, partitions: [wholeSnapshot] } : planned;
    await leaveTraces(scope, { source, target });
    return plan;
  };

/** A snapshot is read from its beginning to its end. */
const wholeSnapshot = { db: 0, from: '0', to: null };

/** On the target: what an undo needs to know when the workflow is gone. */
async function leaveTraces(
  { name, plan: { method, migrate }, originals }: PrepareCopy,
  { source, target }: Endpoints,
): Promise<void> {
  const names = { primary: addressOf(source), standby: addressOf(target) };
  await withServers([target], ([server]) =>
    writePlanKey(server as Server, { workflowId: name, ...names, originals, method, ...migrate }),
  );
}

export interface Fenced {
  fence: SourceFence;
  changes: SettingChange[];
}

/** Has the source refuse writes until the clean-up, the abort or a rollback. */
export const fenceSource =
  (deps: ActivityDeps) =>
  async (scope: PrepareCopy): Promise<Fenced> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    await leaveTraces(scope, { source, target });
    return withHeld(source, raiseFence);
  };
