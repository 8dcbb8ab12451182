import type { Direction } from '../activities/scope.js';
import type { StepName } from '../src/contract/steps.js';
import type { Goal } from '../src/cutover/decision.js';
import type { SwitchResult } from '../src/cutover/switch.js';
import { switchOver } from './activities.js';
import { type Blocked, blockedBy, sourceCameBack } from './blocked.js';
import { now, type Run } from './run.js';

export interface Switching {
  direction: Direction;
  goal: Goal;
  /** Whose blockers say what is in the way. */
  step: StepName;
}

/** Goes on for as long as something is half done, since nobody may take writes then; what blocks it is shown meanwhile. */
export async function untilDecided(run: Run, { direction, goal, step }: Switching): Promise<SwitchResult> {
  for (let waitMs = 1000; ; waitMs = Math.min(15_000, waitMs * 2)) {
    const result = await switchOver(switchArguments(run, direction, goal));
    const { end } = result;
    noteFence(run, result);
    run.state.primaryOffset = end.end === 'unfinished' ? (result.primaryOffset ?? 0) : 0;
    run.unblock(step);
    if (end.end !== 'unfinished') return result;
    // Nothing is half done where the master itself is gone: what becomes of that is the operator's decision.
    if (end.type === 'SourceLost' && run.state.fence.state === 'released') return result;
    run.block(step, inTheWay(step, direction, result).blockers);
    const { retries } = run;
    const answered = () => run.retries > retries || run.state.wants === 'complete';
    await run.until(answered, new Date(Date.now() + waitMs).toISOString());
    if (run.state.wants === 'complete') return result;
  }
}

function switchArguments(run: Run, direction: Direction, goal: Goal) {
  const { state } = run;
  const primary = direction === 'forward' ? state.facts?.source : state.facts?.target;
  return {
    ...run.scope,
    goal,
    direction,
    originals: state.originals ?? { source: {}, target: {} },
    commandLevel: primary?.commandLevel ?? 0,
    acceptLossBytes: direction === 'forward' ? (state.consent?.acceptLossBytes ?? null) : null,
    lastPrimaryOffset: Math.max(state.link?.primary?.offset ?? 0, state.primaryOffset ?? 0),
    unsettled: direction === 'forward' && goal === 'switch' ? state.unsettled : [],
    sequence: state.hookSequence,
  };
}

/** Going back the sides are exchanged, and with them who is lost. */
export function inTheWay(step: StepName, direction: Direction, { end, primaryOut }: SwitchResult): Blocked {
  if (!('why' in end)) return blockedBy(step, 'Unexpected', end.end);
  const cameBack = end.type === 'SourceLost' && primaryOut === 'came-back';
  if (end.type === 'TargetChanged' && (primaryOut === 'came-back' || primaryOut === 'parked'))
    return blockedBy(step, end.type, end.why, unknownMaster);
  if (direction === 'forward') return blockedBy(step, end.type, end.why, cameBack ? sourceCameBack : undefined);
  if (end.type !== 'SourceLost' && end.type !== 'TargetLost') return blockedBy(step, end.type, end.why);
  const [lost, remedy] = lostOnTheWayBack[end.type];
  return blockedBy(step, lost, end.why, cameBack ? targetCameBack : remedy);
}

/** The master of before restarted in the middle of the switch, and refuses writes: either is a decision. */
const targetCameBack =
  "Take the target as it came back: 'complete'. Or terminate the workflow and make the old source the master yourself, with what it has: REPLICAOF NO ONE, then CONFIG REWRITE.";

const unknownMaster =
  "Find out which of the two has the newer data. If the target took no writes: terminate the workflow, and 'redis-migration undo INPUT.json --force' takes the source back. If it took some: terminate it, keep the source as it is, and send REPLICAOF NO ONE, CONFIG SET min-replicas-to-write 0 and CONFIG REWRITE to the target.";

const lostOnTheWayBack = {
  SourceLost: [
    'TargetLost',
    "Bring the target back and send 'retry'. If it is gone for good, terminate the workflow and make the old source the master yourself (REPLICAOF NO ONE, then CONFIG REWRITE): it lacks only what it had not received.",
  ],
  TargetLost: [
    'SourceLost',
    'Bring the old source back: the rollback goes on by itself. If it is gone for good, terminate the workflow and make the target the master again yourself: REPLICAOF NO ONE, CONFIG SET min-replicas-to-write 0, CONFIG REWRITE.',
  ],
} as const;

/** Whether anyone is kept from writing, which outlasts the attempt that did it. */
function noteFence(run: Run, { acts, end, primaryOut }: SwitchResult): void {
  const did = (act: string) => acts.some(record => record.act === act);
  for (const { act, why } of acts) if (act === 'unpark') run.note(`Nothing was promoted, and writers go on: ${why}.`);
  const { state } = run.state.fence;
  const wasParked = (state === 'parked' || did('park')) && !did('unpark');
  // Histories of before know only whether it is out.
  const isOut = primaryOut === undefined || primaryOut === null ? wasParked : primaryOut !== 'no';
  const parked = end.end === 'unfinished' && isOut;
  const touched = state !== 'none' || did('fence') || did('park');
  const next = parked ? (primaryOut === 'came-back' ? 'paused' : 'parked') : touched ? 'released' : 'none';
  if (next !== state) run.state.fence = { state: next, since: now(), expiresAt: null };
}

/** What a switch came to, in status and in the report. */
export function recordSwitch(run: Run, { marker, writePauseMs, end }: SwitchResult): void {
  const { state } = run;
  const promotedAt = marker ? new Date(marker.at).toISOString() : now();
  const wayBack = end.end === 'switched' && end.wayBack;
  state.cutover = { writePauseMs, drainedOffset: marker?.offset ?? null, promotedAt };
  state.cutoverFigures = {
    fence: state.plan.cutover.fence,
    attempts: state.cutoverAttempts,
    ...state.cutover,
    partialResync: wayBack,
    clientsDisconnected: null,
    acceptedLossBytes: state.consent?.acceptLossBytes ?? null,
  };
  state.wayBack = wayBack
    ? { possible: true, why: 'The old source follows the target.' }
    : { possible: false, why: 'The old source could not follow the target by a partial resync.' };
  state.consent = null;
  state.link = null;
  // What the way there was waiting for matters no more.
  run.unblock('replicate');
}
