import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type ApplicationCheck, checkApplication as checkBoth } from '../src/application/check.js';
import { compareWindows } from '../src/application/compare.js';
import { readMetrics, type ServerMetrics } from '../src/application/metrics.js';
import { type MetricsWindow, window } from '../src/application/window.js';
import { connect } from '../src/server/connect.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withServers } from './scope.js';

/** Whether applications can work on the promoted target, and who still hangs on the old source. */
export const checkApplication =
  (deps: ActivityDeps) =>
  async (scope: Scope & { sourceMayServe?: boolean }): Promise<ApplicationCheck> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    const old = await connect(source).catch(() => null);
    try {
      return await withServers([target], ([promoted]) =>
        checkBoth(promoted as NonNullable<typeof promoted>, old, { mayServe: scope.sourceMayServe ?? false }),
      );
    } finally {
      old?.close();
    }
  };

export interface Observation {
  /** The counters at the beginning; given back to go on from. */
  since: ServerMetrics;
  window: MetricsWindow;
  regression: boolean;
  findings: string[];
}

/** Watches the target for a slice, and compares it with the source's baseline. */
export const observe =
  (deps: ActivityDeps) =>
  async (
    scope: Scope & { since: ServerMetrics | null; baseline: MetricsWindow | null; sliceMs: number },
  ): Promise<Observation> => {
    const { target } = await resolveEndpoints(scope.plan, deps.secrets);
    const { maxErrorRate, maxLatency } = scope.plan.observe;
    const since =
      scope.since ?? (await withServers([target], ([server]) => readMetrics(server as NonNullable<typeof server>)));
    await waiting(scope.sliceMs);
    const now = await withServers([target], ([server]) => readMetrics(server as NonNullable<typeof server>));
    const seen = window(since, now);
    return {
      since,
      window: seen,
      ...compareWindows({ baseline: scope.baseline, now: seen, maxErrorRate, maxLatency }),
    };
  };

async function waiting(ms: number): Promise<void> {
  const { cancellationSignal: signal, heartbeat } = Context.current();
  const until = performance.now() + ms;
  while (performance.now() < until) {
    heartbeat({ detail: 'observing the target' });
    await delay(Math.min(1000, Math.max(0, until - performance.now())), undefined, { signal });
  }
}
