import { MigrationError } from '../src/contract/errors.js';
import type { ActivityDeps } from './deps.js';

/** Where the worker that takes this keeps its spools: what needs one may be done there. @throws MigrationError SpoolFailed */
export const findSpool = (deps: ActivityDeps) => async (): Promise<{ spoolId: string }> => ({
  spoolId: spoolIdOf(deps),
});

/** @throws MigrationError SpoolFailed */
export function spoolIdOf({ spoolId, live }: ActivityDeps): string {
  if (spoolId !== null) return spoolId;
  throw new MigrationError('SpoolFailed', `This worker could not write to ${live.spoolDir} when it started.`, {
    remedy:
      "Let the worker write there, or choose another place by REDIS_MIGRATION_SPOOL_DIR; start it again, then send 'retry'.",
  });
}
