import type { MigrationPlan } from '../src/contract/plan.js';
import { expiryShiftMs } from '../src/live/expiry-shift.js';
import { RespConnection } from '../src/resp/connection.js';
import { Selection } from '../src/selection/selection.js';
import type { Endpoint } from '../src/server/endpoint.js';
import { compareSuspects, type Suspect } from '../src/verification/index.js';

/** Writers wait meanwhile. */
const bounds = { maxKeys: 500, deadlineMs: 40 } as const;

export interface Comparison {
  /** Resolves to how many keys differ, or could not be looked at within the bounds. */
  compare(): Promise<number>;
  close(): void;
}

/** Opens its connections before the fence, so that inside it only the keys take time. */
export async function openComparison(
  unsettled: Suspect[],
  { primary, standby }: { primary: Endpoint; standby: Endpoint },
  plan: MigrationPlan,
): Promise<Comparison> {
  if (unsettled.length === 0) return { compare: async () => 0, close: () => undefined };
  const opened = await Promise.allSettled([primary, standby].map(side => RespConnection.open(side)));
  const [source, target] = opened.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : null));
  return {
    compare: async () => {
      if (!source || !target) return unsettled.length;
      const { ttlToleranceMs } = plan.verification;
      const shift = plan.method === 'live' ? { expiryShiftMs } : {};
      const { different, unfinished } = await compareSuspects(source, target, unsettled, {
        ...{ ...bounds, ...shift },
        ttlToleranceMs,
        selection: Selection.of(plan),
      });
      return different.length + unfinished;
    },
    close: () => {
      source?.close();
      target?.close();
    },
  };
}
