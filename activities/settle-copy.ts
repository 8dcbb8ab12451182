import { callOwner } from '../src/cluster/index.js';
import type { SettledAs, Settlement } from '../src/contract/settlement.js';
import { liftFence } from '../src/copy/source-fence.js';
import { cutWriters } from '../src/copy/writers.js';
import { clearEpochs } from '../src/cutover/epoch.js';
import { parseMarker, promotedKey } from '../src/cutover/marker.js';
import { SnapshotSpool } from '../src/rdb/file/spool.js';
import { planKey } from '../src/replication/plan-key.js';
import { type OriginalSettings, restoreSettings } from '../src/replication/settings.js';
import type { Server } from '../src/server/connect.js';
import { addressOf, type Endpoint } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';
import { withHeld } from './held.js';
import type { Originals } from './plan-rollback.js';
import { type Scope, withServers } from './scope.js';

export interface SettleCopy extends Scope {
  as: SettledAs;
  originals: Originals;
  /** This migration may have fenced the source. */
  fenced: boolean;
  /** A snapshot that a worker has left. */
  spooled?: string | null;
}

/** Ends what a copy has left on the servers, and says what stays. Idempotent. */
export const settleCopy =
  (deps: ActivityDeps) =>
  async (scope: SettleCopy): Promise<Settlement> => {
    const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
    // The source first, whatever has become of the target: nobody takes writes while it is fenced.
    const failure = await clearTarget(scope, target).then(
      () => null,
      (error: unknown) => error,
    );
    // A source that nobody reaches keeps nobody from ending this; no attempt that is not waited for begins anew.
    if (scope.plan.method === 'migrate')
      await withServers([source], ([server]) => cutWriters(server as Server, scope.name)).catch(() => undefined);
    if (scope.spooled) await new SnapshotSpool(deps.snapshots).remove(scope.spooled);
    const restored = scope.fenced
      ? await withHeld(source, async held => {
          const settings = serves(scope) ? await letServe(held, scope.originals.source) : [];
          await clearEpochs(held);
          return settings;
        })
      : [];
    if (failure !== null) throw failure;
    return { restored, left: left(scope, addressOf(target)) };
  };

async function clearTarget({ as, name }: SettleCopy, target: Endpoint): Promise<void> {
  await withServers([target], async servers => {
    const [server] = servers as [Server];
    await cutWriters(server, name);
    await callOwner(server, 'DEL', planKey);
    // An attempt that was given up may have marked it.
    const mark = as === 'rolled-back' || as === 'aborted' ? await readMark(server) : null;
    if (mark?.workflowId === name) await callOwner(server, 'DEL', promotedKey);
  });
}

const readMark = async (server: Server) => parseMarker(await callOwner(server, 'GET', promotedKey));

async function letServe(held: Parameters<typeof liftFence>[0], { 'replica-read-only': readOnly }: OriginalSettings) {
  await liftFence(held);
  if (readOnly === undefined) return [];
  const { restored } = await restoreSettings(held.critical, { 'replica-read-only': readOnly }, '');
  return restored;
}

/** Whether the source takes writes in the end. */
function serves({ as, plan }: SettleCopy): boolean {
  if (as === 'completed') return plan.sourceAfterwards === 'released';
  return as === 'aborted' || as === 'rolled-back';
}

function left(scope: SettleCopy, target: string): string[] {
  const held = scope.fenced && !serves(scope);
  const moved = scope.plan.migrate.move && scope.as === 'rolled-back';
  return [...(moved ? [copiedBack(target)] : kept[scope.as](target)), ...(held ? [parked] : [])];
}

const copiedBack = (target: string): string =>
  `The target ${target} keeps its keys; the source has them again, as they were on the target when they were copied back.`;

const parked = 'The old source is parked: read-only and unfed. REPLICAOF NO ONE on it releases it.';

const kept: Record<SettledAs, (target: string) => string[]> = {
  aborted: target => [`The target ${target} keeps the keys that it has so far.`],
  completed: () => [],
  'rolled-back': target => [
    `The target ${target} keeps its keys, and what was written there since the cutover; nothing of it is on the source.`,
  ],
  'left-promoted': () => [],
};
