import { Context } from '@temporalio/activity';
import type { LinkReport } from '../src/contract/link.js';
import { monitorLink } from '../src/replication/monitor.js';
import type { ActivityDeps } from './deps.js';
import { currentEpoch, type Direction, partsOf, type Scope } from './scope.js';
import { assertWanted } from './wanted.js';

/** By them it learns that it is to end, and others wait for that. */
const heartbeatMs = 400;

/** Watches the link for a slice, and guards the standby. */
export const watchLink =
  (deps: ActivityDeps) =>
  async (
    scope: Scope & { direction: Direction; previous: LinkReport | null; sliceMs: number },
  ): Promise<LinkReport> => {
    const { direction, previous, sliceMs, plan } = scope;
    const since = await assertWanted();
    const { primary, standby, addresses, mine } = await partsOf(scope, direction, deps);
    const context = Context.current();
    let last = 0;
    const onReport = (report: LinkReport) => {
      if (Date.now() - last < heartbeatMs) return;
      last = Date.now();
      context.heartbeat({ progress: report.progress, detail: report.state });
    };
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
      { onReport, signal: context.cancellationSignal },
    );
  };
