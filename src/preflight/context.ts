import { type ClusterView, totalInfo, viewCluster } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { Server } from '../server/connect.js';
import { type Info, readInfo } from '../server/info.js';
import type { Baseline } from './baseline.js';
import type { CheckContext, LivePlace } from './check.js';

/** Reads what all checks need to know of both servers. */
export async function readContext(
  plan: MigrationPlan,
  source: Server,
  target: Server,
  live: LivePlace,
  baseline: Baseline | null = null,
): Promise<CheckContext> {
  const [from, to] = await Promise.all([read(source), read(target)]);
  const clusters = { source: from.cluster, target: to.cluster };
  return { plan, source, target, sourceInfo: from.info, targetInfo: to.info, clusters, live, baseline };
}

async function read(server: Server): Promise<{ info: Info; cluster: ClusterView | MigrationError | null }> {
  const [info, cluster] = await Promise.all([readInfo(server, 'all'), viewCluster(server).catch(asFinding)]);
  return { info: cluster === null || cluster instanceof MigrationError ? info : totalInfo(info, cluster), cluster };
}

/** A node that is missing is one check's finding, and keeps no other from being made. */
function asFinding(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  return new MigrationError('PreflightFailed', error instanceof Error ? error.message : String(error));
}
