import { CancellationScope } from '@temporalio/workflow';
import type { SettledAs } from '../../src/contract/settlement.js';
import { acting } from '../activities.js';
import { now, type Run } from '../run.js';
import { runHook } from './cutover.js';
import { markUndone } from './ending.js';
import { copyBack } from './moving.js';

/** Before the cutover: the source takes writes as before, and the target keeps what it has. */
export const abortCopy = (run: Run): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    // A cancellation must not be forgotten by a history that begins anew.
    Object.assign(run.state, { wants: 'abort', blockers: [], consent: null });
    if (run.entry('replicate').state !== 'pending') await cleanUpCopy(run, 'aborted');
    markUndone(run);
    return true;
  });

/** The source has its keys still, or gets them back, as the target has them by now; so going back is letting it take writes. */
export const rollBackCopy = (run: Run): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    run.phase = 'rolling-back';
    run.state.blockers = [];
    await run.step('keep-source', async () => {
      const returned = await copyBack(run, { step: 'keep-source', onConflict: 'replace' });
      await runHook(run, 'rollback');
      return { state: 'undone', detail: `${returned && `${returned}; `}the source takes over again` };
    });
    if (run.state.wants === 'complete') return false;
    run.state.wayBack = { possible: false, why: 'It was rolled back already.' };
    for (const step of ['cutover', 'check-application', 'observe', 'keep-source'] as const) {
      const entry = run.entry(step);
      Object.assign(entry, { state: 'undone', endedAt: entry.endedAt ?? now() });
    }
    return true;
  });

export const cleanUpCopy = (run: Run, as: SettledAs): Promise<void> =>
  CancellationScope.nonCancellable(() =>
    run.step('clean-up', async () => {
      const { state } = run;
      // What the source has again was written there since.
      const returned = as === 'aborted' ? await copyBack(run, { step: 'clean-up', onConflict: 'skip' }) : '';
      const fenced = state.copy?.touchedSource ?? false;
      const originals = state.originals ?? { source: {}, target: {} };
      const { restored, left } = await acting.settleCopy({
        ...run.scope,
        as,
        originals,
        fenced,
        spooled: state.copy?.spooled ?? null,
      });
      run.undone(restored);
      const serves = as === 'aborted' || as === 'rolled-back' || state.plan.sourceAfterwards === 'released';
      if (fenced && serves) {
        run.undone([{ side: 'source', what: 'role', from: '', to: '' }]);
        state.fence = { state: 'released', since: now(), expiresAt: null };
      }
      if (as === 'rolled-back')
        run.undone([{ side: 'target', what: 'key __redis-migration:promoted', from: '', to: '' }]);
      if (as === 'completed')
        state.wayBack = { possible: false, why: 'It is completed: a new one goes the other way.' };
      for (const text of left) run.note(text);
      return { detail: [returned, ...left].filter(text => text !== '').join('. ') || 'nothing was left behind' };
    }),
  );
