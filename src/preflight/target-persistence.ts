import { type Check, Place, resultsOf } from './check.js';
import { describePersistence, readPersistence } from './persistence.js';

const { pass, warning, failure } = resultsOf('target-persistence');

/** After the cutover a restart of a target that doesn't persist would lose everything, on the old source too. */
export const targetPersistence: Check = async ({ target }) => {
  const persistence = await readPersistence(target);
  if (!persistence.told) {
    const remedy = "See its provider's own settings.";
    return [warning('target', `${Place(target)} doesn't tell whether it persists (it has no CONFIG).`, remedy)];
  }
  if (persistence.on) return [pass('target', `${Place(target)} persists (${describePersistence(persistence)}).`)];
  return [
    failure(
      'target',
      `${Place(target)} has neither save points nor an append-only file: after the cutover a restart would lose what was written, and the old source would follow it.`,
      'On the target: CONFIG SET appendonly yes (or save "3600 1 300 100"), then CONFIG REWRITE; or accept "target-persistence".',
    ),
  ];
};
