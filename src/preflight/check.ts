import { escapeName } from '../application/clients.js';
import type { ClusterView } from '../cluster/index.js';
import type { CheckName, CheckResult } from '../contract/checks.js';
import type { MigrationError } from '../contract/errors.js';
import { replicates } from '../contract/methods.js';
import type { MigrationPlan } from '../contract/plan.js';
import type { SpoolConfiguration } from '../live/spool/from-environment.js';
import type { Server } from '../server/connect.js';
import { addressOf } from '../server/endpoint.js';
import type { Info } from '../server/info.js';
import type { Baseline } from './baseline.js';

/** What the checks look at: two logged-in connections, and what each server said of itself a moment ago; of a cluster
 * with the sums over its primaries. */
export interface CheckContext {
  plan: MigrationPlan;
  source: Server;
  target: Server;
  sourceInfo: Info;
  targetInfo: Info;
  /** What each side's cluster is, or why that can't be said; null: it is a server outside of clusters. */
  clusters: Record<Side, ClusterView | MigrationError | null>;
  /** Where the worker that checks keeps its spools, and how. Others are taken to be like it. */
  live: LivePlace;
  /** Null before the rehearsal: then loads are estimated from INFO. */
  baseline: Baseline | null;
}

export type LivePlace = Pick<SpoolConfiguration, 'spoolDir' | 'spool'>;

/** Changes nothing on any server. What it throws becomes a failure of that check. */
export type Check = (context: CheckContext) => Promise<CheckResult[]>;
export type Side = 'source' | 'target';

type Found = (side: CheckResult['side'], message: string, remedy: string) => CheckResult;

/** The builders of one check's results. A refusal is a failure where consent can't help. */
export function resultsOf(name: CheckName) {
  const found =
    (outcome: 'warning' | 'failure'): Found =>
    (side, message, remedy) => ({ name, side, outcome, message, remedy });
  return {
    pass: (side: CheckResult['side'], message: string): CheckResult => ({
      name,
      side,
      outcome: 'pass',
      message,
      remedy: null,
    }),
    warning: found('warning'),
    failure: found('failure'),
    refusal: (side: CheckResult['side'], message: string, remedy: string): CheckResult => ({
      ...found('failure')(side, message, remedy),
      final: true,
    }),
  };
}

/** `the source redis.example:6379` */
export const place = ({ endpoint }: Server): string => `the ${endpoint.side} ${addressOf(endpoint)}`;
/** The same at the start of a sentence. */
export const Place = (server: Server): string => place(server).replace(/^t/, 'T');

/** The server and what it said, for each side. */
/** Those that are a replica at some time: the old source, and a target that follows by itself. */
export const replicaSides = (context: CheckContext) =>
  sides(context).filter(({ server }) => server.endpoint.side === 'source' || replicates(context.plan.method));

export const sides = ({ source, target, sourceInfo, targetInfo }: CheckContext) =>
  [
    { side: 'source', server: source, info: sourceInfo },
    { side: 'target', server: target, info: targetInfo },
  ] as const;

const mostNamed = 10;

/** Names that others chose, quoted, escaped and cut. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map(name => `"${escapeName(name)}"`);
  return names.length > mostNamed ? `${shown.join(', ')} and ${names.length - mostNamed} more` : shown.join(', ');
}

export const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;
