import { LinkWatch } from '../link-watch.js';
import type { Run } from '../run.js';
import { arm, cutover } from '../steps/cutover.js';
import { abort, cleanUp, rollBack } from '../steps/ending.js';
import { fullSync, replicate } from '../steps/syncing.js';
import type { Method } from './method.js';

/** The target is made a replica of the source; a watch beside the checklist guards the link. */
export function byReplication(run: Run): Method {
  const link = new LinkWatch(run);
  return {
    replicate: async () => {
      await replicate(run);
      link.start('forward');
    },
    fullSync: () => fullSync(run),
    arm: () => arm(run),
    cutover: () => cutover(run, link),
    keepWayBack: () => link.start('back'),
    abort: () => abort(run, link),
    rollBack: () => rollBack(run, link),
    cleanUp: as => cleanUp(run, as),
    stop: () => link.stop(),
  };
}
