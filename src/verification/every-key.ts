import type { DifferenceKind } from './difference.js';
import type { Looking } from './look.js';

/** For a database that only one side has: there is nothing to ask. */
export const everyKey =
  (kind: DifferenceKind): Looking =>
  async (_session, keys, look) => {
    look.compared += keys.count;
    for (let index = 0; index < keys.count; index++)
      look.differences.push({ key: keys.key(index), kind, evidence: 'no such database' });
  };
