import type { Run } from '../run.js';
import { cutoverCopy } from '../steps/copy-cutover.js';
import { abortCopy, cleanUpCopy, rollBackCopy } from '../steps/copy-ending.js';
import { copyKeys, planCopy } from '../steps/copying.js';
import type { Method } from './method.js';

/** Keys are copied to a target that stays a master; there is no link, and no stream of changes. */
export const byCopying = (run: Run): Method => ({
  replicate: () => planCopy(run),
  fullSync: () => copyKeys(run),
  arm: async () => undefined,
  cutover: () => cutoverCopy(run),
  keepWayBack: () => undefined,
  abort: () => abortCopy(run),
  rollBack: () => rollBackCopy(run),
  cleanUp: as => cleanUpCopy(run, as),
  stop: async () => undefined,
});
