import { Context } from '@temporalio/activity';
import type { LinkReport } from '../src/contract/link.js';
import type { FollowProgress } from '../src/live/follow/request.js';
import { monitorLive } from '../src/live/monitor.js';
import type { ActivityDeps } from './deps.js';
import { listenTo } from './heartbeat-of.js';
import { linkPulse } from './link-pulse.js';
import { type Direction, partsOf, type Scope } from './scope.js';

/** Watches how far the target is, by its checkpoint, for a slice. Only looks. */
export const watchLive =
  (deps: ActivityDeps) =>
  async (
    scope: Scope & { direction: Direction; previous: LinkReport | null; sliceMs: number },
  ): Promise<LinkReport> => {
    const { direction, previous, sliceMs, plan, name } = scope;
    const { primary, standby, mine } = await partsOf(scope, direction, deps);
    const follower = listenTo<FollowProgress>('followSource');
    const request = { primary, standby, workflowId: name, previous, sliceMs, mine, followed: follower.latest };
    return monitorLive(
      { ...request, maxLagBytes: plan.cutover.maxLagBytes },
      { onReport: linkPulse(), signal: Context.current().cancellationSignal },
    ).finally(follower.stop);
  };
