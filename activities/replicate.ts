import { braceFile, writeConditions } from '../src/cutover/config-file.js';
import type { Held } from '../src/cutover/epoch.js';
import { followMaster, hold, shutOut } from '../src/replication/link.js';
import { writePlanKey } from '../src/replication/plan-key.js';
import { bracing, targetSettings, withStranger } from '../src/replication/planned.js';
import { applySettings, type OriginalSettings, type SettingChange } from '../src/replication/settings.js';
import type { ActivityDeps } from './deps.js';
import { withBothHeld, withHeld } from './held.js';
import type { Originals } from './plan-rollback.js';
import { proveDirection } from './prove-direction.js';
import { partsOf, type Scope } from './scope.js';

/** Makes the target a replica of the source. Idempotent; proves the direction first, every time. */
export const replicate =
  (deps: ActivityDeps) =>
  async (scope: Scope & { originals: Originals }): Promise<SettingChange[]> => {
    const { primary, standby, addresses, names } = await partsOf(scope, 'forward', deps);
    return withBothHeld({ primary, standby }, async (source, target) => {
      const before = await proveDirection(scope, source, target, addresses.standby);
      await writePlanKey(source.critical, { workflowId: scope.name, ...names, originals: scope.originals });
      const { target: originals } = scope.originals;
      const braced = before.role === 'master' ? await brace(target, originals) : [];
      const set = await applySettings(target.critical, targetSettings(primary));
      const changes = [...withStranger(set, 'target', originals), ...braced];
      const started = await followMaster(target, addresses.primary);
      const role = { side: 'target' as const, what: 'role', from: 'master', to: `replica of ${names.primary}` };
      return started ? [...changes, role] : changes;
    });
  };

/** Of a master only: the file of one that is a replica already says whom it follows. */
async function brace({ critical }: Held, originals: OriginalSettings): Promise<SettingChange[]> {
  // Before the file is written: no password may get there, nor one that an attempt before this one has set.
  await shutOut(critical);
  return (await braceFile(critical, writeConditions(originals))) ? [bracing('target', originals)] : [];
}

/** `pause`: the target keeps its data and position, and receives nothing. */
export const holdReplication =
  (deps: ActivityDeps) =>
  async (scope: Scope): Promise<void> => {
    const { standby } = await partsOf(scope, 'forward', deps);
    await withHeld(standby, hold);
  };
