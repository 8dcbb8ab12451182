import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { knownConditions, writeConditions } from '../src/cutover/config-file.js';
import type { End, Goal } from '../src/cutover/decide.js';
import { chooseFence } from '../src/cutover/fence/fence.js';
import { reconcile } from '../src/cutover/reconcile.js';
import { fedStandby } from '../src/cutover/standby/fed.js';
import { fedReplica } from '../src/cutover/standby/fed-replica.js';
import { replicaStandby } from '../src/cutover/standby/replica.js';
import type { StandbyKind } from '../src/cutover/standby/standby.js';
import type { ActRecord, SwitchResult } from '../src/cutover/switch.js';
import type { Suspect } from '../src/verification/index.js';
import type { ActivityDeps } from './deps.js';
import type { Originals } from './plan-rollback.js';
import { runHook } from './run-hook.js';
import { currentEpoch, type Direction, partsOf, type Scope } from './scope.js';
import { openComparison } from './unsettled.js';
import { assertWanted } from './wanted.js';

export interface SwitchOver extends Scope {
  goal: Goal;
  direction: Direction;
  originals: Originals;
  /** Of the primary. */
  commandLevel: number;
  acceptLossBytes: number | null;
  lastPrimaryOffset: number;
  /** Keys that the verification could not settle. */
  unsettled?: Suspect[];
  /** See `Limits.force`. */
  force?: boolean;
  /** Counts the runs of the switch hook. */
  sequence: number;
}

/** How long the pause outlasts the drain, what is half done is tried again within one attempt, and an old attempt counts. */
const pauseMarginMs = 5000;
const persistMs = 5000;
const staleAfterMs = 4000;
const connectTimeoutMs = 1500;

/** The whole critical section: one activity, since it must not wait for a scheduler. A retry runs the same code. */
export const switchOver =
  (deps: ActivityDeps) =>
  async (scope: SwitchOver): Promise<SwitchResult> => {
    const startedAt = performance.now();
    const beat = startHeartbeat();
    const request = await requestOf(scope, deps);
    const comparison = await openComparison(scope.unsettled ?? [], request, scope.plan);
    const events = { ...eventsOf(scope, deps, beat), compareUnsettled: comparison.compare };
    try {
      for (;;) {
        const lastPrimaryOffset = Math.max(scope.lastPrimaryOffset, beat.primaryOffset);
        const limits = { ...request.limits, lastPrimaryOffset };
        const result = await reconcile({ ...request, limits, since: await assertWanted() }, events);
        beat.fencedAt ??= result.fencedAt;
        if (result.end.end !== 'unfinished' || performance.now() - startedAt > persistMs)
          return across({ ...result, end: bySide(result.end, request) }, beat);
        await delay(200, undefined, { signal: events.signal });
      }
    } finally {
      comparison.close();
      beat.now();
      beat.stop();
    }
  };

function eventsOf(scope: SwitchOver, deps: ActivityDeps, beat: ReturnType<typeof startHeartbeat>) {
  return {
    signal: Context.current().cancellationSignal,
    onAct: async (record: ActRecord) => {
      beat.acts.push(record);
      beat.now();
      await deps.onAct?.(record);
    },
    onOffset: (offset: number) => {
      beat.primaryOffset = offset;
    },
    switchHook: async () => void (await runHook(deps)({ ...scope, point: hookPoint(scope) })),
  };
}

const hookPoint = ({ direction }: SwitchOver) =>
  direction === 'forward' ? ('switch' as const) : ('rollback' as const);

async function requestOf(scope: SwitchOver, deps: ActivityDeps) {
  const { goal, direction, name, plan, originals } = scope;
  const parts = await partsOf(scope, direction, deps);
  const settings = originals[parts.primarySide];
  const { drainTimeoutMs, maxLagBytes, hooks } = plan.cutover;
  return {
    goal,
    workflowId: name,
    epoch: currentEpoch(),
    ...parts,
    standbyKind: standbyKindOf(scope),
    limits: {
      drainTimeoutMs,
      maxLagBytes,
      acceptLossBytes: scope.acceptLossBytes,
      lastPrimaryOffset: scope.lastPrimaryOffset,
      force: scope.force ?? false,
      hasUnsettled: (scope.unsettled ?? []).length > 0,
      hasSwitchHook: hooks[hookPoint(scope)] !== undefined,
    },
    fence: chooseFence(plan.cutover.fence, scope.commandLevel, writeConditions(settings)),
    conditions: { primary: writeConditions(settings), standby: knownConditions(originals[parts.standbySide]) },
    pingPeriod: settings['repl-ping-replica-period'] ?? '10',
    fenceForMs: drainTimeoutMs + pauseMarginMs,
    connectTimeoutMs,
    staleAfterMs,
  };
}

function standbyKindOf({ plan, name, direction }: SwitchOver): StandbyKind {
  if (plan.method !== 'live') return replicaStandby;
  return direction === 'forward' ? fedStandby(name) : fedReplica(name);
}

/** Decisions speak of primary and standby, the operator of source and target. */
function bySide(end: End, { primarySide, standbySide }: { primarySide: string; standbySide: string }): End {
  if (!('why' in end)) return end;
  return { ...end, why: end.why.replace(/primary/g, primarySide).replace(/standby/g, standbySide) };
}

interface SwitchHeartbeat {
  acts: ActRecord[];
  /** See `SwitchResult`. */
  primaryOffset: number;
  fencedAt: number | null;
}

/** Beats while the activity works, with its acts; begins from what an attempt before it left. */
function startHeartbeat() {
  const context = Context.current();
  const before = context.info.heartbeatDetails as SwitchHeartbeat | undefined;
  const beat: SwitchHeartbeat = { acts: [], primaryOffset: 0, fencedAt: null, ...before };
  const now = () => {
    const fence = beat.acts.find(({ act }) => act === 'fence');
    if (fence && beat.fencedAt === null) beat.fencedAt = Date.now();
    const { acts, primaryOffset, fencedAt } = beat;
    context.heartbeat({ acts: acts.slice(-20), primaryOffset, fencedAt } satisfies SwitchHeartbeat);
  };
  now();
  const timer = setInterval(now, 400);
  return Object.assign(beat, { now, stop: () => clearInterval(timer) });
}

/** The pause runs from the first attempt that fenced to the promotion, whoever did it. */
function across(result: SwitchResult, { acts, fencedAt }: SwitchHeartbeat): SwitchResult {
  const whole = result.marker && fencedAt !== null ? Math.max(0, result.marker.at - fencedAt) : null;
  return { ...result, acts, writePauseMs: result.writePauseMs ?? whole };
}
