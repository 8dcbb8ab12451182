import { type CopyPlan, planRescans as plan, type Rescans } from '../src/copy/index.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { withNodes } from './cluster-nodes.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

export interface PlanRescans extends Scope {
  before: NonNullable<CopyPlan['layout']>;
  ordered: boolean;
  nodes: CopyPlan['nodes'] | null;
}

/** What of a cluster must be scanned again, since its slots moved meanwhile. */
export const planRescans =
  (deps: ActivityDeps) =>
  async ({ before, ordered, nodes, plan: { source, target } }: PlanRescans): Promise<Rescans> =>
    plan(withNodes(await resolveEndpoints({ source, target }, deps.secrets), nodes).source, before, ordered);
