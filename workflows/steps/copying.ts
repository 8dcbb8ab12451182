import type { Originals } from '../../activities/plan-rollback.js';
import { formatBytes } from '../../src/contract/units.js';
import { acting, fencing } from '../activities.js';
import { blockedBy } from '../blocked.js';
import { runAll } from '../copy-lanes.js';
import { type CopyState, totals, unbegun } from '../copy-state.js';
import { now, type Run } from '../run.js';
import { assertNoStrangers, moves, movingIsSeen } from './moving.js';
import { identifyTarget } from './syncing.js';

export const fenceOf = ({ state }: Run) => (state.plan.cutover.fence === 'auto' ? 'none' : state.plan.cutover.fence);

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

export function originalsOf({ state: { originals } }: Run): Originals {
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
    sourceRunId: run.state.facts?.source.runId ?? '',
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

export async function fence(run: Run, copy: CopyState): Promise<void> {
  if (copy.fence) return;
  copy.caughtUp = false;
  copy.touchedSource = true;
  const { fence: raised, changes } = await fencing.fenceSource({ ...run.scope, originals: originalsOf(run) });
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
  if (run.state.plan.onConflict === 'skip' && !run.state.copy?.targetWasEmpty)
    return 'a key that changes on the source after it was copied stays as it was copied, whatever the fence, since onConflict "skip" leaves what the target has.';
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
    // A comparison notes on which process it rests; without one the copy itself does.
    if (run.state.plan.verification.mode === 'none') copy.comparedOn = await identifyTarget(run);
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
