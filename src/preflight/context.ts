import type { MigrationPlan } from '../contract/plan.js';
import type { Server } from '../server/connect.js';
import { readInfo } from '../server/info.js';
import type { Baseline } from './baseline.js';
import type { CheckContext } from './check.js';

/** Reads what all checks need to know of both servers. */
export async function readContext(
  plan: MigrationPlan,
  source: Server,
  target: Server,
  baseline: Baseline | null = null,
): Promise<CheckContext> {
  const [sourceInfo, targetInfo] = await Promise.all([readInfo(source, 'all'), readInfo(target, 'all')]);
  return { plan, source, target, sourceInfo, targetInfo, baseline };
}
