import { callOwner } from '../src/cluster/index.js';
import { MigrationError } from '../src/contract/errors.js';
import { fenceBroken, type SourceFence } from '../src/copy/source-fence.js';
import { cutWriters } from '../src/copy/writers.js';
import { promotedKey } from '../src/cutover/marker.js';
import type { Server } from '../src/server/connect.js';
import { addressOf } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { processesOf } from './identify.js';
import { type Scope, withServers } from './scope.js';
import { assertWanted } from './wanted.js';

export interface FinishCopy extends Scope {
  fence: SourceFence | null;
  /** Which processes the target was when it was compared last; null: it never was. */
  comparedOn: string | null;
}

/**
 * The cutover of a copy: from here on applications may write to the target. Nobody of this migration writes there any
 * more, and the target bears the mark by which no later migration overwrites it.
 * @throws MigrationError FenceBroken, TargetChanged
 */
export const finishCopy =
  (deps: ActivityDeps) =>
  async (scope: FinishCopy): Promise<{ at: string }> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    await assertWanted();
    return withServers([target, source], async servers => {
      const [to, from] = servers as [Server, Server];
      const broken = scope.fence && (await fenceBroken(from, scope.fence));
      if (broken) throw new MigrationError('FenceBroken', `${broken}.`);
      await assertSameTarget(to, scope.comparedOn);
      await cutWriters(to, scope.name);
      // There it is the source who writes, as it is told.
      if (scope.plan.method === 'migrate') await cutWriters(from, scope.name);
      const at = Date.now();
      const [primary, standby] = [addressOf(source), addressOf(target)];
      const marker = { workflowId: scope.name, from: primary, to: standby, replid: '', offset: 0, at };
      await callOwner(to, 'SET', promotedKey, JSON.stringify(marker));
      return { at: new Date(at).toISOString() };
    });
  };

/** A target that restarted may have lost what it had. */
async function assertSameTarget(target: Server, comparedOn: string | null): Promise<void> {
  if (comparedOn === null || (await processesOf(target)) === comparedOn) return;
  throw new MigrationError('TargetChanged', 'The target has restarted since it was compared, and may have lost keys.', {
    remedy: "'retry' compares again, and behind a fence copies what is missing; or 'abort'.",
  });
}
