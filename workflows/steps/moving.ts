import { scanAnew } from '../../src/contract/scan-anew.js';
import { acting, quick, verifying } from '../activities.js';
import { blockedBy } from '../blocked.js';
import { runPartitions, type Task } from '../copy-lanes.js';
import { type CopyState, type CopyWork, totals, unbegun } from '../copy-state.js';
import { now, type Run, type StepEnd } from '../run.js';

/** The source has no longer what the target has got. */
export const moves = ({ state }: Run): boolean => state.plan.method === 'migrate' && state.plan.migrate.move;

export const movingIsSeen =
  'Keys vanish from the source as they are moved (migrate.move): applications that read them there find nothing, and what they write again stays there. Send them away before; a rollback or abort copies everything back.';

export const movedBack =
  'The keys are gone from the source. A rollback copies them back from the target, with what was written to them there, over what the source has under their names.';

/** The way back takes every selected key of the target, so that none may be there before. Only looks. */
export async function assertNoStrangers(run: Run, { targetWasEmpty }: CopyState): Promise<void> {
  if (targetWasEmpty) return;
  const { count, examples } = await verifying.countKeys({ ...run.scope, side: 'target', enough: 1 });
  if (count === 0) return;
  const remedy =
    "Nothing was changed. Remove these keys from the target, then send 'retry'; or abort, and start again with a filter that leaves them out, or without migrate.move.";
  const message = `The target has keys that the filter selects: ${examples.join(', ')}. A rollback could not tell them from those that were moved.`;
  throw blockedBy('replicate', 'KeyConflict', message, remedy);
}

/** What was written at the source meanwhile is moved, too, so often. */
const mostPasses = 3;

/**
 * A move can't be compared afterwards: MIGRATE deletes a key when the target has acknowledged it, whose checksum it has
 * checked. What can be told is whether the source has any left, and how many the target has.
 */
export async function verifyMoved(run: Run): Promise<StepEnd> {
  const { copy } = run.state;
  if (!copy) throw new Error('nothing was planned');
  let left = await countMoved(run, copy);
  for (let pass = 1; left > 0 && pass < mostPasses; pass++) {
    await moveWhatIsLeft(run, copy);
    left = await countMoved(run, copy);
  }
  const { compared: there, examples } = run.state.verification ?? { compared: 0, examples: [] };
  if (left > 0) {
    copy.onBoth = Math.max(left, copy.onBoth ?? 0);
    throw blockedBy('verify', 'VerificationFailed', leftBehind(left, examples), ofLeft);
  }
  const { copied } = totals(copy);
  const detail = `no key left on the source, ${there} on the target`;
  if (there >= copied) return { detail };
  assertAccepted(copy, there, copied);
  return {
    state: 'warning',
    detail: `${detail} of ${copied} that were moved: the others expired, or were deleted there`,
  };
}

/** A number says nothing of the cause: the operator is asked once for each process of the target. */
function assertAccepted(copy: CopyState, there: number, copied: number): void {
  const { comparedOn, onBoth = 0, shortOn = null } = copy;
  if (copied - there <= onBoth || (shortOn !== null && shortOn === comparedOn)) return;
  copy.shortOn = comparedOn;
  const message = `No key is left on the source, and the target has ${there} of the ${copied} that were moved there: ${copied - there} are on neither side.`;
  throw blockedBy('verify', 'VerificationFailed', message, ofShort);
}

const ofShort =
  "Keys that expired, or that somebody deleted on the target, are no loss: if those explain it, send 'retry', which goes on with what the target has. If it restarted or evicted keys (INFO: uptime_in_seconds, evicted_keys), bring them back from a backup first; or 'abort', which copies back what it has.";

const leftBehind = (left: number, examples: readonly string[]): string =>
  `${left} ${left === 1 ? 'key is' : 'keys are'} still on the source: ${examples.join(', ')}. The target has them otherwise, or can't hold them.`;

const ofLeft =
  "A key that both have was written again at the source after it was moved, or at the target. Delete it where it is old (DEL), then send 'retry'; 'abort' copies everything back, and leaves what the source has as it is.";

/** @returns how many are left on the source */
export async function countMoved(run: Run, copy: CopyState): Promise<number> {
  const { target } = await quick.identify(run.scope);
  const left = await verifying.countKeys({ ...run.scope, side: 'source', enough: null });
  const there = await verifying.countKeys({ ...run.scope, side: 'target', enough: null });
  const { count, examples } = left;
  const equal = there.count === 0 ? 0 : Math.max(0, 1 - count / there.count);
  run.state.verification = {
    verdict: count === 0 ? 'consistent' : 'different',
    compared: there.count,
    different: count,
    missing: 0,
    extra: 0,
    unsettled: 0,
    consistency: count === 0 ? 1 : equal,
    at: now(),
    examples,
  };
  copy.comparedOn = target.runId;
  return count;
}

async function moveWhatIsLeft(run: Run, copy: CopyState): Promise<void> {
  for (const copied of copy.partitions) {
    const { partition, copy: done } = copied;
    if (!done) continue;
    copied.copy = scanAnew(done, partition.from);
  }
  await runPartitions(run, copy, { step: 'verify', mode: 'copy' });
}

/** Goes on where it stopped. @returns what came of it, in words; empty where nothing was moved */
export async function copyBack(
  run: Run,
  { step, onConflict }: { step: Task['step']; onConflict: 'replace' | 'skip' },
): Promise<string> {
  const { copy } = run.state;
  const moving = run.entry('full-sync');
  if (!copy || !moves(run) || moving.attempts === 0) return '';
  run.state.paused = false;
  copy.back ??= await beginReturn(run);
  await runPartitions(run, copy.back, { step, mode: 'copy', back: { onConflict } });
  copy.back.done = true;
  moving.state = 'undone';
  const { copied, skipped } = totals(copy.back);
  const kept = skipped > 0 ? `, ${skipped} left as the source has them again` : '';
  run.note(`${copied} keys copied back to the source${kept}.`);
  return `${copied} keys copied back`;
}

async function beginReturn(run: Run): Promise<CopyWork & { done: boolean }> {
  const plan = await acting.prepareReturn(run.scope);
  run.note(`Copying ${plan.keysTotal} keys of the target back to the source.`);
  return { ...unbegun(plan), done: false };
}
