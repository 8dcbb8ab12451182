import { ActivityFailure, CancellationScope, TimeoutFailure } from '@temporalio/workflow';
import type { FollowSource } from '../activities/follow-source.js';
import { atSpool, clearing, finding } from './activities.js';
import type { Run } from './run.js';
import type { LiveState } from './state.js';

/**
 * Follows the source where the spool is. When nobody answers there, it is followed by whoever does, without that spool: from
 * the source's backlog, or else with a fresh snapshot.
 */
export async function followAtSpool(live: LiveState, request: () => FollowSource): Promise<void> {
  for (;;) {
    try {
      await atSpool(await someSpool(live), '2s').followSource(request());
      return;
    } catch (error) {
      forgetUnlessAnswered(live, error);
    }
  }
}

/**
 * Feeds the source where that was begun, since what was sent to it is nowhere else: however long it takes until somebody answers
 * there. Where it wasn't begun, whoever answers begins it.
 */
export async function feedFromSpool(run: Run, live: LiveState): Promise<{ lost: string }> {
  for (;;) {
    const { backSpoolId } = live;
    try {
      const workers = backSpoolId ? atSpool(backSpoolId, '30s') : atSpool(await someSpool(live), '2s');
      const end = await workers.feedSource(run.scope);
      if ('lost' in end) return end;
      live.backSpoolId = end.keptBy;
      sayAway(run);
    } catch (error) {
      forgetUnlessAnswered(live, error);
      if (backSpoolId) sayAway(run);
    }
  }
}

/** Nothing is left where the spools were last. The workers of a machine that is away see to it when they are back. */
export const clearSpools = (run: Run): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    const { spoolId, backSpoolId } = run.state.live ?? {};
    for (const id of new Set([spoolId, backSpoolId])) {
      if (id === undefined) continue;
      try {
        await clearing(id).removeSpool(run.scope);
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        run.note(
          'What was kept on a machine that does not answer is removed by its workers, a day after they used it last.',
        );
      }
    }
  });

async function someSpool(live: LiveState): Promise<string> {
  live.spoolId ??= (await finding.findSpool()).spoolId;
  return live.spoolId;
}

function forgetUnlessAnswered(live: LiveState, error: unknown): void {
  const unanswered =
    error instanceof ActivityFailure &&
    error.cause instanceof TimeoutFailure &&
    error.cause.timeoutType === 'SCHEDULE_TO_START';
  if (!unanswered) throw error;
  delete live.spoolId;
}

const away =
  'The machine that keeps what the old source misses has no worker that answers. The way back goes on when it has one.';

/** The watch of the link says when it is possible again. */
function sayAway(run: Run): void {
  if (run.state.wayBack.why === away) return;
  run.state.wayBack = { possible: false, why: away };
  run.note(away);
}
