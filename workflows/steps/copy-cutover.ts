import { CancellationScope } from '@temporalio/workflow';
import { acting } from '../activities.js';
import { blockersOf } from '../blocked.js';
import type { CopyState } from '../copy-state.js';
import { now, type Run, type StepEnd } from '../run.js';
import { fence, fenceOf, originalsOf } from './copying.js';
import { runHook } from './cutover.js';
import { countMoved, movedBack, moves } from './moving.js';
import { compareOnce, faults } from './syncing.js';

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
    // From the mark on the target to the end of the hook nothing can be undone any more: see `messages.ts`.
    return CancellationScope.nonCancellable(() => switchOver(run, copy));
  });
}

async function switchOver(run: Run, copy: CopyState): Promise<StepEnd> {
  copy.switching = true;
  try {
    const { at } = await finishCopy(run, copy);
    return finished(run, copy, at, await switchHook(run));
  } finally {
    copy.switching = false;
  }
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
  if (copy.comparedOn !== null) return null;
  if (moves(run)) {
    await countMoved(run, copy);
    return null;
  }
  const { repair, mode } = run.state.plan.verification;
  const result = await compareOnce(run, { repair: repair || mode === 'none' });
  return result.missing === 0 ? null : `${result.missing} keys are missing: ${result.examples.slice(0, 5).join(', ')}`;
}

/** Compares everything once more, and copies what differs. Resolves to what is wrong then. */
async function deltaPass(run: Run, copy: CopyState): Promise<string | null> {
  if (copy.caughtUp) return null;
  const result = await compareOnce(run, { repair: true });
  const wrong = faults(run, result) + result.unsettled;
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
