import { callOwner } from '../cluster/index.js';
import type { Method } from '../contract/input.js';
import type { Server } from '../server/connect.js';
import type { OriginalSettings } from './settings.js';

/** What a server tells of the migration that holds it: enough to undo it when its workflow is gone. */
export const planKey = '__redis-migration:plan';

export interface PlanRecord {
  workflowId: string;
  /** `host:port` of the source and the target. */
  primary: string;
  standby: string;
  /** Missing: replication. */
  method?: Method | 'auto';
  /** Keys were deleted at the source when the target had them. Missing: no. */
  move?: boolean;
  originals: { source: OriginalSettings; target: OriginalSettings };
}

/** Written to the source before anything changes; replication carries it to the target. */
export async function writePlanKey(source: Server, record: PlanRecord): Promise<void> {
  await callOwner(source, 'SET', planKey, JSON.stringify(record));
}

export async function readPlanKey(server: Server): Promise<PlanRecord | null> {
  const text = await callOwner(server, 'GET', planKey);
  if (typeof text !== 'string') return null;
  try {
    return JSON.parse(text) as PlanRecord;
  } catch {
    return null;
  }
}
