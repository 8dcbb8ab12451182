import { Context } from '@temporalio/activity';
import type { MigrationPlan } from '../src/contract/plan.js';
import type { Epoch } from '../src/cutover/epoch.js';
import type { PromotedMarker } from '../src/cutover/marker.js';
import type { Addresses } from '../src/cutover/situation.js';
import { connect, type Server } from '../src/server/connect.js';
import { addressOf, type Endpoint } from '../src/server/endpoint.js';
import { resolveEndpoints } from '../src/server/resolve.js';
import type { ActivityDeps } from './deps.js';

/** Whose activity it is: the first field of every argument. */
export interface Scope {
  /** The workflow's id. */
  name: string;
  plan: MigrationPlan;
}

/** `forward`: the source is the primary. `back`: the promoted target is. */
export type Direction = 'forward' | 'back';

/** Both sides by their part in a direction, with secrets resolved. */
export async function partsOf({ name, plan }: Scope, direction: Direction, deps: ActivityDeps) {
  const endpoints = await resolveEndpoints(plan, deps.secrets);
  const [primarySide, standbySide] =
    direction === 'forward' ? (['source', 'target'] as const) : (['target', 'source'] as const);
  const addresses: Addresses = { primary: plan[primarySide].addressForPeer, standby: plan[standbySide].addressForPeer };
  const names = { primary: addressOf(plan[primarySide]), standby: addressOf(plan[standbySide]) };
  return {
    primarySide,
    standbySide,
    primary: endpoints[primarySide],
    standby: endpoints[standbySide],
    addresses,
    names,
    /** A marker of this migration that says that this direction's standby was promoted. */
    mine: (marker: PromotedMarker) => marker.workflowId === name && marker.to === names.standby,
  };
}

/** Opens both ordinary connections, and closes them afterwards. */
export async function withBoth<T>(
  scope: { plan: Pick<MigrationPlan, 'source' | 'target'> },
  deps: ActivityDeps,
  use: (source: Server, target: Server) => Promise<T>,
): Promise<T> {
  const { source, target } = await resolveEndpoints(scope.plan, deps.secrets);
  return withServers([source, target], ([a, b]) => use(a as Server, b as Server));
}

/** A silent server is asked several times, and the operator within some 15 s. */
const timeoutMs = 2500;

export async function withServers<T>(endpoints: Endpoint[], use: (servers: Server[]) => Promise<T>): Promise<T> {
  const outcomes = await Promise.allSettled(endpoints.map(endpoint => connect(endpoint, { timeoutMs })));
  const servers = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  try {
    const failed = outcomes.find(outcome => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    return await use(servers);
  } finally {
    for (const server of servers) server.close();
  }
}

/** This attempt's place in time, which fences off those before it. */
export function currentEpoch(): Epoch {
  const { currentAttemptScheduledTimestampMs, attempt } = Context.current().info;
  return { scheduledAt: currentAttemptScheduledTimestampMs, attempt };
}
