import { sleep } from '@temporalio/workflow';
import type { Direction } from '../../activities/scope.js';
import type { HookPoint } from '../../src/contract/input.js';
import { formatBytes } from '../../src/contract/units.js';
import type { SwitchResult } from '../../src/cutover/reconcile.js';
import { arming, hooking, switchOver } from '../activities.js';
import { blockedBy } from '../blocked.js';
import type { LinkWatch } from '../link-watch.js';
import { now, type Run, type StepEnd } from '../run.js';
import { reverifyWhenStale } from './syncing.js';

const backlogSeconds = 600;

/** Hook, arming of the way back, then the wait for consent and window. */
export const prepareCutover = (run: Run) =>
  run.step('prepare-cutover', async () => {
    run.phase = 'ready-for-cutover';
    const { state } = run;
    if (!state.armed) await arm(run);
    await awaitConsent(run);
    await reverifyWhenStale(run);
    run.phase = 'ready-for-cutover';
    await run.until(() => isReady(run));
    return {
      detail:
        state.consent?.acceptLossBytes === undefined
          ? 'consent given'
          : `consent given, also to the loss of ${formatBytes(state.consent.acceptLossBytes)}`,
    };
  });

async function arm(run: Run): Promise<void> {
  await runHook(run, 'prepare');
  const rate = run.state.baseline?.writeBytesPerSecond ?? 0;
  const { changes, save } = await arming.armReverse({
    ...run.scope,
    backlogBytes: Math.min(512 << 20, Math.max(1 << 20, rate * backlogSeconds)),
  });
  run.changed(changes);
  run.note(`The way back is armed; the target's data: ${save}.`);
  run.state.armed = true;
}

async function awaitConsent(run: Run): Promise<void> {
  const { mode, notBefore, notAfter } = run.state.plan.cutover;
  if (mode === 'auto') run.state.consent ??= {};
  const windowEnd = notAfter === null ? null : new Date(notAfter).toISOString();
  if (!(await run.until(() => run.state.consent !== null && isReady(run), windowEnd))) throw windowPassed(windowEnd);
  if (notBefore !== null && Date.now() < notBefore) await run.until(() => false, new Date(notBefore).toISOString());
  if (notAfter !== null && Date.now() > notAfter) throw windowPassed(windowEnd);
}

const windowPassed = (end: string | null) =>
  blockedBy(
    'prepare-cutover',
    'PreflightFailed',
    `The window for the cutover closed at ${end}.`,
    `Open it again: retry {"patch":{"cutover":{"notAfter":"..."}}}`,
  );

/** The link is healthy, or it is lost and the operator accepts what that loses. */
function isReady({ state }: Run): boolean {
  if (state.paused) return false;
  if (state.consent?.acceptLossBytes !== undefined) return true;
  return state.blockers.length === 0 && state.link?.state === 'in-sync';
}

/** Resolves to whether the target was promoted; else the checklist goes back to waiting. */
export async function cutover(run: Run, link: LinkWatch): Promise<void> {
  await run.step('cutover', async () => {
    run.phase = 'cutting-over';
    await link.stop();
    run.state.cutoverAttempts++;
    const result = await untilDecided(run, 'forward');
    return result.end.end === 'switched' ? promoted(run, result) : refused(run, result, link);
  });
}

/** Goes on for as long as something is half done; what blocks it is shown meanwhile. */
async function untilDecided(run: Run, direction: Direction): Promise<SwitchResult> {
  for (let waitMs = 1000; ; waitMs = Math.min(15_000, waitMs * 2)) {
    const result = await switchOver(switchArguments(run, direction, 'switch'));
    const { end } = result;
    noteFence(run, result);
    run.unblock('cutover');
    if (end.end !== 'unfinished') return result;
    if (end.type === 'SourceLost' && run.state.fence.state === 'none') return result;
    run.block('cutover', blockedBy('cutover', end.type, end.why).blockers);
    const { retries } = run;
    await run.until(() => run.retries > retries, new Date(Date.now() + waitMs).toISOString());
  }
}

export function switchArguments(run: Run, direction: Direction, goal: 'switch' | 'withdraw') {
  const { state } = run;
  const primary = direction === 'forward' ? state.facts?.source : state.facts?.target;
  return {
    ...run.scope,
    goal,
    direction,
    originals: state.originals ?? { source: {}, target: {} },
    commandLevel: primary?.commandLevel ?? 0,
    acceptLossBytes: direction === 'forward' ? (state.consent?.acceptLossBytes ?? null) : null,
    lastPrimaryOffset: state.link?.primary?.offset ?? 0,
    unsettled: direction === 'forward' && goal === 'switch' ? state.unsettled : [],
    sequence: state.hookSequence,
  };
}

function noteFence(run: Run, { acts, end }: SwitchResult): void {
  const did = (act: string) => acts.some(record => record.act === act);
  const held = did('park') && !did('unpark') && end.end === 'unfinished';
  run.state.fence = {
    state: held ? 'parked' : did('fence') ? 'released' : run.state.fence.state,
    since: now(),
    expiresAt: null,
  };
}

function promoted(run: Run, result: SwitchResult): StepEnd {
  const { state } = run;
  recordSwitch(run, result);
  const { host, port } = state.plan.target;
  state.fence = { state: 'released', since: now(), expiresAt: null };
  run.changed(
    [
      { side: 'source', what: 'role', from: 'master', to: `replica of ${host}:${port}` },
      { side: 'target', what: 'key __redis-migration:promoted', from: '', to: 'set' },
    ],
    'stays on purpose',
  );
  const pause = result.writePauseMs === null ? 'an unknown time' : `${result.writePauseMs.toFixed(1)} ms`;
  return {
    ...(result.hookError ? { state: 'warning' as const } : {}),
    detail: `promoted; writes paused for ${pause}${result.hookError ? `; the switch hook failed: ${result.hookError}` : ''}`,
  };
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
}

/** Nothing happened: the consent is used up, and the checklist waits again. */
async function refused(run: Run, { end }: SwitchResult, link: LinkWatch): Promise<StepEnd> {
  const why = 'why' in end ? `${end.type}: ${end.why}` : end.end;
  const lost = 'type' in end && end.type === 'SourceLost';
  run.state.consent = null;
  run.note(`Cutover not carried out. ${why}`);
  link.start('forward');
  if (lost) throw blockedBy('cutover', 'SourceLost', why);
  await sleep('1s');
  const waiting = run.entry('prepare-cutover');
  Object.assign(waiting, { state: 'running', endedAt: null });
  return { state: 'pending', detail: why };
}

/** Runs a hook, and keeps its outcome for the report. */
export async function runHook(run: Run, point: HookPoint): Promise<void> {
  const name = run.state.plan.cutover.hooks[point];
  if (name === undefined) return;
  const at = now();
  const startedAt = Date.now();
  run.state.hookSequence++;
  const output = await hooking.runHook({ ...run.scope, point, sequence: run.state.hookSequence });
  run.state.hooks.push({
    point,
    name,
    outcome: 'succeeded',
    at,
    durationMs: Date.now() - startedAt,
    detail: output ?? '',
  });
}
