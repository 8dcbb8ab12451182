import { MigrationError } from '../src/contract/errors.js';
import { keysInTheWay } from '../src/keys/keys-in-the-way.js';
import { writePlanKey } from '../src/replication/plan-key.js';
import { Selection } from '../src/selection/selection.js';
import { addressOf } from '../src/server/endpoint.js';
import type { ActivityDeps } from './deps.js';
import { withBothHeld } from './held.js';
import type { Originals } from './plan-rollback.js';
import { proveDirection } from './prove-direction.js';
import { partsOf, type Scope } from './scope.js';

export interface LiveBegun {
  /** The databases that get keys had none: whatever is there later is the migration's. */
  targetWasEmpty: boolean;
}

/**
 * Before the first key: the direction is proved, keys in the way are looked for, and both servers bear what an undo needs
 * to know. Idempotent until the first key is there.
 * @throws MigrationError SameServer, WrongDirection, KeyConflict, WritesRefused
 */
export const beginLive =
  (deps: ActivityDeps) =>
  async (scope: Scope & { originals: Originals }): Promise<LiveBegun> => {
    const { primary, standby, addresses, names } = await partsOf(scope, 'forward', deps);
    return withBothHeld({ primary, standby }, async (source, target) => {
      const { role } = await proveDirection(scope, source, target, addresses.standby);
      if (role === 'replica')
        throw new MigrationError('WritesRefused', `The target ${names.standby} is a replica, and takes no writes.`);
      // By the user of the plan: the attempt's own may not look at keys.
      const inTheWay = await keysInTheWay(target.admin, Selection.of(scope.plan));
      if (inTheWay > 0 && scope.plan.onConflict === 'fail')
        throw new MigrationError(
          'KeyConflict',
          `The target ${addressOf(standby)} has ${inTheWay} keys in the databases that are to be filled.`,
        );
      const { name: workflowId, originals } = scope;
      const record = { workflowId, ...names, originals, method: 'live' } as const;
      for (const held of [source, target]) await writePlanKey(held.critical, record);
      return { targetWasEmpty: inTheWay === 0 };
    });
  };
