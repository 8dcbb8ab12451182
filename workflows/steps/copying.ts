import type { Originals } from '../../activities/plan-rollback.js';
import { formatBytes } from '../../src/contract/units.js';
import { acting } from '../activities.js';
import { blockedBy, blockersOf } from '../blocked.js';
import { runAll } from '../copy-lanes.js';
import { type CopyState, totals, unbegun } from '../copy-state.js';
import { now, type Run, type StepEnd } from '../run.js';
import { runHook } from './cutover.js';
import { assertNoStrangers, countMoved, movedBack, moves, movingIsSeen } from './moving.js';
import { compareOnce } from './syncing.js';

const fenceOf = ({ state }: Run) => (state.plan.cutover.fence === 'auto' ? 'none' : state.plan.cutover.fence);

/** Cuts the keys into partitions, fences the source where it was asked for, and looks for conflicts before the first key. */
export const planCopy = (run: Run) =>
  run.step('replicate', async () => {
    run.phase = 'syncing';
    const copy = await begun(run);
    if (fenceOf(run) === 'whole-copy') await fenceWholeCopy(run, copy);
    else sayWhatIsNotPromised(run);
    if (moves(run)) await assertNoStrangers(run, copy);
    else if (mayConflict(run, copy)) await assertNoConflicts(run, copy);
    return { detail: `${copy.keysTotal} keys in ${copy.partitions.length} partitions` };
  });

function originalsOf({ state: { originals } }: Run): Originals {
  if (!originals) throw new Error('there is no rollback plan');
  return originals;
}

async function begun(run: Run): Promise<CopyState> {
  const originals = originalsOf(run);
  if (run.state.copy) return run.state.copy;
  const plan = await acting.prepareCopy({ ...run.scope, originals });
  run.state.copy = {
    ...unbegun(plan),
    targetWasEmpty: plan.targetWasEmpty,
    done: false,
    fence: null,
    caughtUp: false,
    comparedOn: null,
    touchedSource: false,
  };
  return run.state.copy;
}

async function fenceWholeCopy(run: Run, copy: CopyState): Promise<void> {
  await fence(run, copy);
  copy.caughtUp = true;
}

async function fence(run: Run, copy: CopyState): Promise<void> {
  if (copy.fence) return;
  copy.caughtUp = false;
  copy.touchedSource = true;
  const { fence: raised, changes } = await acting.fenceSource({ ...run.scope, originals: originalsOf(run) });
  copy.fence = raised;
  run.changed(changes);
  run.state.fence = { state: 'parked', since: raised.at, expiresAt: null };
  run.note('The source is fenced: it takes no writes, until the target has taken over or the migration is aborted.');
}

function sayWhatIsNotPromised(run: Run): void {
  const { method } = run.state.plan;
  if (moves(run)) run.note(movingIsSeen);
  else run.note(`Method ${method} has no stream of changes: ${missedWrites(run)}`);
}

function missedWrites(run: Run): string {
  if (fenceOf(run) === 'park')
    return 'what is written to the source while keys are copied is found and copied inside the fence, by comparing everything. Writers get READONLY for so long.';
  const repair =
    'verification.repair true, which finds and copies what differs, with cutover.fence "park" for the last of it';
  const missed = 'what is written to the source while keys are copied may be missed.';
  if (run.state.copy?.cluster)
    return `${missed} The way out: verification.repair true, which finds and copies what differs. A cluster can't be fenced: stop its writers yourself for the last of it.`;
  if (run.state.plan.method === 'migrate') return `${missed} The way out: ${repair}.`;
  return `${missed} Two ways out: cutover.fence "whole-copy" (no writes while it copies), or ${repair}.`;
}

/** An empty target has nothing in the way; yet a prefix that is renamed may meet keys that have the new one. */
const mayConflict = ({ state: { plan } }: Run, { targetWasEmpty }: CopyState): boolean =>
  (plan.onConflict === 'fail' && !targetWasEmpty) || !!plan.rename?.prefix;

/** Only looks: with `fail` nothing is changed when a key is there already. */
async function assertNoConflicts(run: Run, copy: CopyState): Promise<void> {
  await runAll(run, copy, { step: 'replicate', mode: 'check' });
  const conflicts = copy.partitions.reduce((sum, { check }) => sum + (check?.conflicts ?? 0), 0);
  if (conflicts === 0) return;
  const examples = copy.partitions.flatMap(({ check }) => check?.examples ?? []).slice(0, 5);
  // A retry looks anew.
  for (const partition of copy.partitions) partition.check = null;
  const keys = `${conflicts} ${conflicts === 1 ? 'key is' : 'keys are'}`;
  const what =
    run.state.plan.onConflict === 'fail'
      ? 'on the target already, or would get the name of another'
      : 'renamed to the name of another';
  throw blockedBy('replicate', 'KeyConflict', `${keys} ${what}: ${examples.join(', ')}.`);
}

export const copyKeys = (run: Run) =>
  run.step('full-sync', async () => {
    run.phase = 'syncing';
    const { copy } = run.state;
    if (!copy) throw new Error('nothing was planned');
    await runAll(run, copy, { step: 'full-sync', mode: 'copy' });
    copy.done = true;
    run.state.syncedAt = now();
    const { copied, skipped, gone, inPieces, bytes, unheld } = totals(copy);
    const detail = [
      `${copied} keys ${moves(run) ? 'moved' : 'copied'} (${formatBytes(bytes)})`,
      skipped > 0 ? `${skipped} left as the target had them` : '',
      gone > 0 ? `${gone} vanished meanwhile` : '',
      inPieces > 0 ? `${inPieces} in pieces` : '',
      unheld.length > 0 ? `the target can't hold: ${unheld.slice(0, 5).join(', ')}` : '',
    ];
    const state = unheld.length > 0 ? ('warning' as const) : ('passed' as const);
    return { state, detail: detail.filter(text => text !== '').join('; ') };
  });

/** The applications go over to the target. With a fence, after what they wrote meanwhile is there too. */
export async function cutoverCopy(run: Run): Promise<void> {
  await run.step('cutover', async () => {
    run.phase = 'cutting-over';
    const { copy } = run.state;
    if (!copy) throw new Error('nothing was planned');
    run.state.cutoverAttempts++;
    if (fenceOf(run) !== 'none') await fence(run, copy);
    const left = await lastLook(run, copy);
    if (left !== null) return notYet(run, copy, left);
    const { at } = await finishCopy(run, copy);
    const hookError = await switchHook(run);
    return finished(run, copy, at, hookError);
  });
}

/** A retry raises a fence anew that does not stand any more, and compares again what may be lost. */
async function finishCopy(run: Run, copy: CopyState): Promise<{ at: string }> {
  try {
    return await acting.finishCopy({ ...run.scope, fence: copy.fence, comparedOn: copy.comparedOn });
  } catch (error) {
    const types = blockersOf('cutover', error).map(({ type }) => type);
    if (types.includes('FenceBroken')) copy.fence = null;
    if (types.includes('TargetChanged')) Object.assign(copy, { comparedOn: null, caughtUp: false });
    throw error;
  }
}

/** What the fence holds off can be copied; without one there is only another look, at a target that has restarted. */
async function lastLook(run: Run, copy: CopyState): Promise<string | null> {
  if (copy.fence) return deltaPass(run, copy);
  if (copy.comparedOn !== null || run.state.plan.verification.mode === 'none') return null;
  if (moves(run)) {
    await countMoved(run, copy);
    return null;
  }
  const result = await compareOnce(run, { repair: run.state.plan.verification.repair });
  return result.missing === 0 ? null : `${result.missing} keys are missing: ${result.examples.slice(0, 5).join(', ')}`;
}

/** Compares everything once more, and copies what differs. Resolves to what is wrong then. */
async function deltaPass(run: Run, copy: CopyState): Promise<string | null> {
  if (copy.caughtUp) return null;
  const result = await compareOnce(run, { repair: true });
  const wrong = result.different + result.missing + result.unsettled;
  copy.caughtUp = wrong === 0;
  return copy.caughtUp ? null : `${wrong} keys differ after the delta pass: ${result.examples.slice(0, 5).join(', ')}`;
}

async function notYet(run: Run, copy: CopyState, why: string): Promise<StepEnd> {
  run.state.consent = null;
  const fenced = copy.fence !== null;
  if (fenced) await lowerFence(run, copy);
  run.note(`Cutover not carried out${fenced ? ', and the source takes writes again' : ''}. ${why}`);
  Object.assign(run.entry('prepare-cutover'), { state: 'running', endedAt: null });
  return { state: 'pending', detail: why };
}

async function lowerFence(run: Run, copy: CopyState): Promise<void> {
  await acting.settleCopy({ ...run.scope, as: 'aborted', originals: originalsOf(run), fenced: true });
  copy.fence = null;
  run.state.fence = { state: 'released', since: now(), expiresAt: null };
}

async function switchHook(run: Run): Promise<string | null> {
  try {
    await runHook(run, 'switch');
    return null;
  } catch (error) {
    return error instanceof Error
      ? error.cause instanceof Error
        ? error.cause.message
        : error.message
      : String(error);
  }
}

function finished(run: Run, copy: CopyState, promotedAt: string, hookError: string | null): StepEnd {
  const { state } = run;
  const writePauseMs = copy.fence ? Date.parse(promotedAt) - Date.parse(copy.fence.at) : null;
  state.cutover = { writePauseMs, drainedOffset: copy.fence?.offset ?? null, promotedAt };
  state.cutoverFigures = {
    fence: fenceOf(run),
    attempts: state.cutoverAttempts,
    ...state.cutover,
    partialResync: null,
    clientsDisconnected: null,
    acceptedLossBytes: null,
  };
  // Who waits for the source to take writes waits in vain from now on: the target does.
  if (copy.fence) state.fence = { state: 'released', since: now(), expiresAt: null };
  state.wayBack = { possible: true, why: moves(run) ? movedBack : wayBack(copy) };
  state.consent = null;
  run.changed([{ side: 'target', what: 'key __redis-migration:promoted', from: '', to: 'set' }], 'stays on purpose');
  const detail =
    writePauseMs === null ? 'the source was not fenced' : `no writes for ${(writePauseMs / 1000).toFixed(1)} s`;
  if (hookError === null) return { detail };
  return { state: 'warning', detail: `${detail}; the switch hook failed: ${hookError}` };
}

const wayBack = ({ fence: raised }: CopyState): string =>
  `The source still has its keys${raised ? ', and takes writes again after a rollback' : ''}; what is written to the target from now on is not carried back.`;
