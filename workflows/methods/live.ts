import { guarding } from '../activities.js';
import { Beside } from '../beside.js';
import { LinkWatch } from '../link-watch.js';
import type { Run } from '../run.js';
import { clearSpools } from '../spool-host.js';
import { cutover } from '../steps/cutover.js';
import { abort, cleanUp, rollBack } from '../steps/ending.js';
import { armLive, beginLive, feedSource, followSource, sweepExpiries } from '../steps/live.js';
import { fullSync } from '../steps/syncing.js';
import type { Method } from './method.js';

/** A worker follows the source as a replica does, and gives the target, which stays a master, each of its writes. */
export function byLive(run: Run): Method {
  const [there, back, afterwards] = [new Beside(), new Beside(), new Beside()];
  const link = new LinkWatch(run, {
    watch: guarding.watchLive,
    // The worker asks for `pause` itself, and goes on receiving meanwhile.
    hold: async () => undefined,
    linkAnew: async () => undefined,
  });
  const promoted = async () => {
    await there.stop();
    back.start(() => feedSource(run));
    link.start('back');
    await sweepExpiries(run);
  };
  const stop = async () => {
    for (const beside of [afterwards, link, there, back]) await beside.stop();
  };
  return {
    replicate: async () => {
      await beginLive(run);
      there.start(() => followSource(run));
      link.start('forward');
    },
    fullSync: () => fullSync(run),
    arm: () => armLive(run),
    cutover: () => cutover(run, link),
    keepWayBack: () => afterwards.start(promoted),
    abort: async () => {
      await there.stop();
      const aborted = await abort(run, link);
      if (aborted) await clearSpools(run);
      return aborted;
    },
    rollBack: async () => {
      const wentBack = await rollBack(run, link, () => 'replica of nobody');
      if (wentBack) await stop();
      return wentBack;
    },
    cleanUp: async as => {
      await stop();
      await cleanUp(run, as);
      await clearSpools(run);
    },
    stop,
  };
}
