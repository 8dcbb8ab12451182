import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { MigrationError } from '../contract/errors.js';
import { isParked } from '../replication/state.js';
import type { Endpoint } from '../server/endpoint.js';
import { type ActContext, afterwardsMs, perform } from './acts.js';
import { type Attempt, type Decision, decide, type End } from './decide.js';
import { type Held, holdServer, LostWhileTaken, releaseServer } from './epoch.js';
import type { PromotedMarker } from './marker.js';
import { observe } from './observe.js';
import { isKnownReplica, type Observed } from './situation.js';
import type { SwitchEvents, SwitchRequest, SwitchResult } from './switch.js';

/** So many looks follow each other at once, since writers wait: most waits are over by then. A timer takes 1 ms at least. */
const quickLooks = 20;

/**
 * Observe, decide the one next act, do it, observe again, until the goal is reached or can't be.
 * @throws MigrationError Superseded when a later attempt has taken over; the connections' own errors
 */
export async function reconcile(request: SwitchRequest, events: SwitchEvents): Promise<SwitchResult> {
  const startedAt = performance.now();
  const sides = await holdBoth(request);
  try {
    if (performance.now() - (request.since ?? startedAt) > request.staleAfterMs) {
      throw new MigrationError('Superseded', 'This attempt took too long to begin; a later one takes over.');
    }
    return await run(request, events, newContext(request, sides, startedAt));
  } finally {
    for (const held of [sides.primary, sides.standby]) if (held) releaseServer(held);
  }
}

async function run(request: SwitchRequest, events: SwitchEvents, context: ActContext): Promise<SwitchResult> {
  for (let waits = 0; ; ) {
    events.signal.throwIfAborted();
    const decision = await next(request, context, events);
    if ('end' in decision) return toResult(decision, context);
    if (decision.act === 'wait') {
      if (context.seen.standby?.role === 'master') await delay(afterwardsMs);
      else await (waits++ < quickLooks ? setImmediate() : delay(1));
      continue;
    }
    waits = 0;
    await perform(decision.act, context, events);
    await record(decision, context, events);
  }
}

async function next(request: SwitchRequest, context: ActContext, events: SwitchEvents): Promise<Decision> {
  const mine = (marker: PromotedMarker) =>
    marker.workflowId === request.workflowId && marker.to === request.names.standby;
  const { attempt, sides } = context;
  const [primary, standby] = await Promise.all([
    observe(sides.primary, mine),
    request.standbyKind.observe(sides.standby, mine, request.addresses),
  ]);
  if (sides.primary && !primary) throw lostPrimary();
  if (sides.standby && !sides.standby.critical.isOpen) return lookAgain(request, context, events);
  attempt.now = performance.now();
  if (!primary && standby?.heardAt !== undefined && Date.now() - standby.heardAt > silentMs)
    standby.state.linkUp = false;
  if (isKnownReplica(primary?.state ?? null, standby?.state ?? null)) attempt.standbyKnownReplica = true;
  attempt.lostSince = primary || standby?.state.linkUp ? null : (attempt.lostSince ?? attempt.now);
  context.seen = { primary: primary?.state ?? null, standby: standby?.state ?? null };
  context.marker = standby?.state.promoted ? standby.marker : context.marker;
  noteOffset(context, events);
  return decide(request.goal, context.seen, request.addresses, attempt, request.limits);
}

/** A primary says something every 10 s: one that is silent for longer, and that this attempt can't reach, is gone. */
const silentMs = 15_000;

/** It may still take writes, so it isn't gone for this attempt: the next one finds out whether it can be reached. */
const lostPrimary = () => new MigrationError('Unreachable', 'The connection to the primary was lost.');

/** Whether somebody later has the standby now decides what its loss means. */
async function lookAgain(request: SwitchRequest, context: ActContext, events: SwitchEvents): Promise<Decision> {
  if (context.sides.standby) releaseServer(context.sides.standby);
  context.sides.standby = await holdIfReachable(request.standby, { ...request, since: performance.now() });
  return next(request, context, events);
}

/** Of the history that the standby follows: one that came back with another says nothing of what it had. */
function noteOffset(context: ActContext, events: SwitchEvents): void {
  const { primary, standby } = context.seen;
  if (!primary || primary.replid !== standby?.replid || primary.offset <= context.primaryOffset) return;
  context.primaryOffset = primary.offset;
  events.onOffset?.(primary.offset);
}

const outOf = (primary: Observed): SwitchResult['primaryOut'] =>
  primary.refuses ? 'came-back' : isParked(primary) ? 'parked' : 'no';

async function record(
  decision: { act: string; why: string },
  context: ActContext,
  events: SwitchEvents,
): Promise<void> {
  const entry = {
    act: decision.act,
    why: decision.why,
    at: Math.round((performance.now() - context.startedAt) * 10) / 10,
  };
  context.acts.push(entry);
  await events.onAct?.(entry);
}

async function holdBoth(request: SwitchRequest): Promise<ActContext['sides']> {
  const outcomes = await Promise.allSettled(
    [request.primary, request.standby].map(side => holdIfReachable(side, request)),
  );
  const [primary, standby] = outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : null));
  const failed = outcomes.find(outcome => outcome.status === 'rejected');
  if (!failed) return { primary: primary ?? null, standby: standby ?? null };
  for (const held of [primary, standby]) if (held) releaseServer(held);
  throw failed.reason;
}

/** Null: no connection could be made. A server that was lost while it was taken is something else: it may well be there. */
async function holdIfReachable(side: Endpoint, request: SwitchRequest): Promise<Held | null> {
  const { epoch, connectTimeoutMs, since = performance.now() } = request;
  try {
    return await holdServer(side, epoch, connectTimeoutMs, { since });
  } catch (error) {
    if (error instanceof LostWhileTaken || !(error instanceof MigrationError) || error.type !== 'Unreachable')
      throw error;
    return null;
  }
}

function newContext(request: SwitchRequest, sides: ActContext['sides'], startedAt: number): ActContext {
  const attempt: Attempt = {
    now: startedAt,
    guarded: false,
    braced: false,
    fencedAt: null,
    unfenced: false,
    parkedAt: null,
    unparked: false,
    differing: null,
    lostSince: null,
    refusal: null,
    marked: false,
    standbyKnownReplica: false,
    hookDone: false,
    released: false,
    relinkedAt: null,
    recordedPrimary: false,
    recordedStandby: false,
  };
  const seen = { primary: null, standby: null };
  return {
    request,
    sides,
    attempt,
    seen,
    startedAt,
    acts: [],
    marker: null,
    hookError: null,
    promotedAt: null,
    fencedAtWall: null,
    primaryOffset: request.limits.lastPrimaryOffset,
  };
}

function toResult(end: End, context: ActContext): SwitchResult {
  const { fencedAt, parkedAt } = context.attempt;
  const { promotedAt } = context;
  return {
    end,
    acts: context.acts,
    writePauseMs: fencedAt !== null && promotedAt !== null ? promotedAt - fencedAt : null,
    pauseToParkMs: fencedAt !== null && parkedAt !== null ? parkedAt - fencedAt : null,
    marker: context.marker,
    hookError: context.hookError,
    primaryOut: context.seen.primary && outOf(context.seen.primary),
    primaryOffset: context.primaryOffset,
    fencedAt: context.fencedAtWall,
  };
}
