import { Context } from '@temporalio/activity';
import { follow } from '../src/live/follow/follow.js';
import { Promoted } from '../src/live/follow/request.js';
import { tagSpools } from '../src/live/spool/spool-tag.js';
import { Selection } from '../src/selection/selection.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import { underControl } from './control.js';
import { writerOf } from './copy-slice.js';
import type { ActivityDeps } from './deps.js';
import { startPulse } from './pulse.js';
import type { Scope } from './scope.js';

export interface FollowSource extends Scope {
  rate: { maxKeysPerSecond: number | null; maxBytesPerSecond: number | null };
  targetWasEmpty: boolean;
  /** Of the source, as it was seen last. */
  sourceKeys: number;
}

/**
 * Follows the source, and gives the target each of its writes, for as long as the migration lasts. Goes on from the
 * checkpoint on the target, on whichever worker.
 */
export const followSource =
  (deps: ActivityDeps) =>
  async ({ name, plan, rate, ...rest }: FollowSource): Promise<{ end: 'promoted' }> => {
    const { cancellationSignal: signal, info } = Context.current();
    const { source, target } = await resolveEndpoints(plan, deps.secrets);
    await tagSpools(deps.live.spoolDir, name, info.namespace);
    const pulse = startPulse({ phase: 'connecting' });
    const initial = { paused: false, ...rate };
    const selection = Selection.of(plan);
    const request = { workflowId: name, source, target, selection, ...rest, ...deps.live };
    try {
      await underControl(initial, control =>
        follow(request, {
          signal,
          writer: writerOf(name),
          control,
          onProgress: progress => pulse.show(() => progress),
        }),
      );
    } catch (error) {
      if (!(error instanceof Promoted)) throw error;
    } finally {
      pulse.stop();
    }
    return { end: 'promoted' };
  };
