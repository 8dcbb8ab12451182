import { MigrationError } from '../src/contract/errors.js';
import { armBacklog } from '../src/live/feed/arm-backlog.js';
import { missingForWayBack, withoutWayBack } from '../src/preflight/way-back.js';
import { connect } from '../src/server/connect.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import type { Scope } from './scope.js';

/**
 * Has the target keep its own stream of writes, which the way back needs. Without it the cutover is possible all the same.
 * @returns why there will be no way back; null: it is armed
 */
export const armLive =
  (deps: ActivityDeps) =>
  async ({ plan }: Scope): Promise<{ lost: string | null }> => {
    const { target } = await resolveEndpoints(plan, deps.secrets);
    if (await isManaged(target, plan)) return { lost: withoutWayBack };
    try {
      await armBacklog(target);
      return { lost: null };
    } catch (error) {
      if (!(error instanceof MigrationError) || error.type === 'Unreachable') throw error;
      return { lost: `The target's stream of writes can't be followed. ${error.message}` };
    }
  };

async function isManaged(target: Endpoint, plan: Scope['plan']): Promise<boolean> {
  const server = await connect(target, { name: 'redis-migration-arm' });
  try {
    return (await missingForWayBack(server, plan)).length > 0;
  } finally {
    server.close();
  }
}
