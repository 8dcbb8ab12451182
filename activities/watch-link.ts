import { Context } from '@temporalio/activity';
import type { LinkReport } from '../src/contract/link.js';
import { monitorLink } from '../src/replication/monitor.js';
import type { ActivityDeps } from './deps.js';
import { linkPulse } from './link-pulse.js';
import { currentEpoch, type Direction, partsOf, type Scope } from './scope.js';
import { assertWanted } from './wanted.js';

/** Watches the link for a slice, and guards the standby. */
export const watchLink =
  (deps: ActivityDeps) =>
  async (
    scope: Scope & { direction: Direction; previous: LinkReport | null; sliceMs: number },
  ): Promise<LinkReport> => {
    const { direction, previous, sliceMs, plan } = scope;
    const since = await assertWanted();
    const { primary, standby, addresses, mine } = await partsOf(scope, direction, deps);
    const view = direction === 'forward' ? 'forward' : 'reverse';
    const request = {
      direction: view,
      primary,
      standby,
      addresses,
      previous,
      sliceMs,
      mine,
      epoch: currentEpoch(),
      since,
    } as const;
    return monitorLink(
      { ...request, maxLagBytes: plan.cutover.maxLagBytes },
      { onReport: linkPulse(), signal: Context.current().cancellationSignal },
    );
  };
