import type { Method } from '../contract/input.js';
import type { CheckContext } from './check.js';
import { obstaclesToLive } from './obstacles-to-live.js';
import { obstaclesToReplication } from './obstacles-to-replication.js';
import { missingForWayBack } from './way-back.js';

export interface MethodChoice {
  method: Method;
  /** In words for the operator. */
  why: string;
}

const longest = 1500;

/**
 * `auto`: replication where it is possible, since nothing else asks for so little; else `live`, which carries on with what is
 * written meanwhile, too, and comes back without loss; else a copy by plain commands. Changes nothing.
 */
export async function chooseMethod(context: CheckContext): Promise<MethodChoice> {
  const toReplication = await obstaclesToReplication(context);
  if (toReplication === null) return { method: 'replication', why: `Both servers can replicate: it ${promise}` };
  const toLive = await obstaclesToLive(context);
  const [method, why] =
    toLive === null
      ? ([
          'live',
          `A worker follows the source and feeds the target, since ${toReplication} It ${promise}${await exception(context)}`,
        ] as const)
      : ([
          'dump-restore',
          `Keys are copied by DUMP and RESTORE, since ${toReplication} Nor can a worker follow the source: ${toLive}`,
        ] as const);
  return { method, why: why.slice(0, longest) };
}

const promise =
  'carries on with what is written meanwhile, pauses writes for milliseconds, and can go back without loss.';

async function exception({ plan, target }: CheckContext): Promise<string> {
  if (plan.rename?.prefix) return ' (With rename.prefix what is written after the cutover has no way back.)';
  const lacking = await missingForWayBack(target, { ...plan, method: 'live' });
  return lacking.length > 0
    ? ' (Not from this target: it can be neither fenced nor parked, so there is no way back.)'
    : '';
}
