import { CancellationScope } from '@temporalio/workflow';
import type { SettledAs } from '../../src/contract/settlement.js';
import { acting, switchOver } from '../activities.js';
import { blockedBy } from '../blocked.js';
import type { LinkWatch } from '../link-watch.js';
import { now, type Run } from '../run.js';
import { recordSwitch, switchArguments } from './cutover.js';

/** Before the promotion: undoes everything. Resolves to false when the target turns out to be promoted already. */
export const abort = (run: Run, link: LinkWatch): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    await link.stop();
    run.state.blockers = [];
    run.state.consent = null;
    if (!run.state.originals || !touched(run)) {
      markUndone(run);
      return true;
    }
    return (await withdraw(run)) && (await undo(run));
  });

const touched = (run: Run): boolean => run.entry('replicate').state !== 'pending';

async function withdraw(run: Run): Promise<boolean> {
  if (run.state.cutoverAttempts === 0) return true;
  for (;;) {
    const result = await switchOver(switchArguments(run, 'forward', 'withdraw'));
    if (result.end.end === 'withdrawn') return true;
    if (result.end.end === 'too-late') {
      run.note('The abort came too late: the target is promoted. Send rollback to go back.');
      recordSwitch(run, { ...result, end: { end: 'switched', wayBack: true } });
      return false;
    }
    const { type, why } = result.end as { type: 'UndoIncomplete'; why: string };
    await run.ask('clean-up', blockedBy('clean-up', type, why).blockers);
  }
}

async function undo(run: Run): Promise<boolean> {
  await cleanUp(run, 'aborted');
  markUndone(run);
  return true;
}

function markUndone(run: Run): void {
  for (const entry of run.state.checklist) {
    if (entry.step === 'clean-up' || entry.step === 'report') continue;
    if (entry.state === 'pending') entry.state = 'skipped';
    else if (['replicate', 'prepare-cutover', 'cutover'].includes(entry.step)) entry.state = 'undone';
    else if (entry.state === 'running' || entry.state === 'failed') entry.state = 'undone';
    entry.endedAt ??= now();
  }
}

/** As lossless as the way there: the same machine with the sides exchanged. Resolves to false when `complete` was sent instead. */
export const rollBack = (run: Run, link: LinkWatch): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    run.phase = 'rolling-back';
    run.state.blockers = [];
    for (;;) {
      await link.stop();
      const result = await switchOver(switchArguments(run, 'back', 'switch'));
      if (result.end.end === 'switched') {
        rolledBack(run, result);
        return true;
      }
      link.start('back');
      const { type, why } = result.end as { type: 'RollbackImpossible'; why: string };
      if ((await run.ask('keep-source', blockedBy('keep-source', type, why).blockers)) === 'complete') return false;
    }
  });

function rolledBack(run: Run, { marker, writePauseMs }: Awaited<ReturnType<typeof switchOver>>): void {
  const { state } = run;
  state.rolledBack = {
    fence: state.plan.cutover.fence,
    attempts: 1,
    writePauseMs,
    drainedOffset: marker?.offset ?? null,
    promotedAt: marker ? new Date(marker.at).toISOString() : now(),
    partialResync: true,
    clientsDisconnected: null,
    acceptedLossBytes: null,
  };
  run.undone([
    { side: 'source', what: 'role', from: '', to: '' },
    { side: 'target', what: 'key __redis-migration:promoted', from: '', to: '' },
  ]);
  state.wayBack = { possible: false, why: 'It was rolled back already.' };
  for (const step of ['cutover', 'check-application', 'observe', 'keep-source'] as const) {
    Object.assign(run.entry(step), { state: 'undone', endedAt: now() });
  }
}

/** Takes away what the migration leaves on the servers, and says what stays. */
export const cleanUp = (run: Run, as: SettledAs): Promise<void> =>
  CancellationScope.nonCancellable(() =>
    run.step('clean-up', async () => {
      const originals = run.state.originals ?? { source: {}, target: {} };
      const rewrite = run.state.cutoverAttempts > 0;
      const { restored, left } = await acting.settle({ ...run.scope, as, originals, rewrite });
      run.undone(restored);
      if (as === 'aborted') run.undone([{ side: 'target', what: 'role', from: '', to: '' }]);
      for (const text of left) run.note(text);
      return { detail: `${restored.length} settings put back. ${left.join(' ')}` };
    }),
  );
