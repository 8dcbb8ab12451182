import type { ActivityDeps } from './deps.js';
import { clearSpools } from './end-feeding.js';
import type { Scope } from './scope.js';

/** Leaves nothing of a migration on this machine. */
export const removeSpool =
  ({ live }: ActivityDeps) =>
  ({ name }: Scope): Promise<void> =>
    clearSpools(name, live);
