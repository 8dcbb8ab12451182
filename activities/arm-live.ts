import { MigrationError } from '../src/contract/errors.js';
import { armBacklog } from '../src/live/feed/arm-backlog.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

/** Has the target keep its own stream of writes, which the way back needs. Without it the cutover is possible all the same. */
export const armLive =
  (deps: ActivityDeps) =>
  async ({ plan }: Scope): Promise<{ note: string }> => {
    const { target } = await resolveEndpoints(plan, deps.secrets);
    try {
      await armBacklog(target);
      return { note: 'The way back is armed: the target keeps its stream of writes.' };
    } catch (error) {
      if (!(error instanceof MigrationError) || error.type === 'Unreachable') throw error;
      return { note: `There will be no way back: the target's stream of writes can't be followed. ${error.message}` };
    }
  };
