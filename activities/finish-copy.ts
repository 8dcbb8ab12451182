import { MigrationError } from '../src/contract/errors.js';
import { fenceBroken, type SourceFence } from '../src/copy/source-fence.js';
import { cutWriters } from '../src/copy/writers.js';
import { promotedKey } from '../src/cutover/marker.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { type Scope, withServers } from './scope.js';
import { assertWanted } from './wanted.js';

/**
 * The cutover of a copy: from here on applications may write to the target. Nobody of this migration writes there any
 * more, and the target bears the mark by which no later migration overwrites it.
 * @throws MigrationError FenceBroken
 */
export const finishCopy =
  (deps: ActivityDeps) =>
  async (scope: Scope & { fence: SourceFence | null }): Promise<{ at: string }> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    await assertWanted();
    return withServers([target, source], async servers => {
      const [to, from] = servers as [Server, Server];
      const broken = scope.fence && (await fenceBroken(from, scope.fence));
      if (broken) throw new MigrationError('FenceBroken', `${broken}.`);
      await cutWriters(to, scope.name);
      const at = Date.now();
      const [primary, standby] = [addressOf(source), addressOf(target)];
      const marker = { workflowId: scope.name, from: primary, to: standby, replid: '', offset: 0, at };
      await to.call('SET', promotedKey, JSON.stringify(marker));
      return { at: new Date(at).toISOString() };
    });
  };
