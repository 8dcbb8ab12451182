import { type Check, Place, resultsOf } from './check.js';
import { describePersistence, readPersistence } from './persistence.js';

const { pass, warning } = resultsOf('source-persistence');

/** A master that restarts empty hands its emptiness on to its replica. */
export const sourcePersistence: Check = async ({ source }) => {
  const persistence = await readPersistence(source);
  if (persistence.on) return [pass('source', `${Place(source)} persists (${describePersistence(persistence)}).`)];
  return [
    warning(
      'source',
      `${Place(source)} has neither save points nor an append-only file: restarted, it comes back empty. The migration would see it and cut the target loose, with the last copy.`,
      'On the source: CONFIG SET save "3600 1" (or appendonly yes), or keep its supervisor from restarting it by itself.',
    ),
  ];
};
