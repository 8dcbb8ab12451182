import { formatDuration } from '../../src/contract/units.js';
import { measuring, watching } from '../activities.js';
import { blockedBy } from '../blocked.js';
import { now, type Run, type StepEnd } from '../run.js';
import { runHook } from './cutover.js';

/** Clients are given a moment to move. */
const moveMs = 3000;
const firstSliceMs = 2000;
const longestSliceMs = 30_000;

export const checkApplication = (run: Run) =>
  run.step('check-application', async () => {
    run.phase = 'observing';
    await run.until(() => run.state.wants === 'complete', new Date(Date.now() + moveMs).toISOString());
    await runHook(run, 'check');
    const found = await measuring.checkApplication({ ...run.scope, ...openSource(run) });
    run.state.application = found;
    const detail = `${found.moved} ${found.moved === 1 ? 'client' : 'clients'} on the target, ${found.left} on the old source`;
    if (found.outcome === 'failure')
      throw blockedBy('check-application', 'ApplicationCheckFailed', found.findings.join(' '));
    if (found.outcome !== 'warning') return { detail };
    return { state: 'warning', detail: `${detail}. ${found.findings.join(' ')}`.slice(0, 500) };
  });

/** Without a fence the old source goes on taking writes. */
const openSource = ({ state: { copy } }: Run) => (copy && !copy.fence ? { sourceMayServe: true } : {});

export const observe = (run: Run) =>
  run.step('observe', async () => {
    run.phase = 'observing';
    const { state } = run;
    state.observeUntil ??= later(state.plan.observe.durationMs);
    let sliceMs = firstSliceMs;
    while (!over(state.observeUntil) && state.wants !== 'complete') {
      await observeSlice(run, Math.min(sliceMs, remaining(state.observeUntil)));
      sliceMs = Math.min(longestSliceMs, sliceMs * 1.5);
      await run.goOn();
    }
    return verdict(run);
  });

async function observeSlice(run: Run, sliceMs: number): Promise<void> {
  const { state } = run;
  const since = state.observation?.since ?? null;
  state.observation = await watching.observe({
    ...run.scope,
    since,
    baseline: state.baseline?.metrics ?? null,
    sliceMs,
  });
  if (!state.observation.regression) return;
  const findings = state.observation.findings.join(' ');
  if (state.plan.observe.onRegression === 'rollback') {
    run.note(`Rolling back by observe.onRegression: ${findings}`);
    state.wants = 'rollback';
    state.reason = findings;
    run.interrupt();
    await run.until(() => false);
  }
  // Once shown and decided, the window begins anew.
  state.observation = { ...state.observation, since: null as never };
  throw blockedBy('observe', 'RegressionObserved', findings);
}

function verdict({ state }: Run): StepEnd {
  const { observation } = state;
  if (!observation) return { state: 'skipped', detail: 'not observed' };
  return {
    detail:
      `${observation.window.commands} commands; ${observation.findings.join(' ') || 'nothing worse than before'}`.slice(
        0,
        500,
      ),
  };
}

export const keepSource = (run: Run) =>
  run.step('keep-source', async () => {
    run.phase = 'keeping-source';
    const { state } = run;
    state.keepUntil ??= later(state.plan.keepSourceForMs);
    const completed = await run.until(() => state.wants === 'complete', state.keepUntil);
    return { detail: completed ? 'ended by complete' : `kept for ${formatDuration(state.plan.keepSourceForMs)}` };
  });

const later = (ms: number): string => new Date(Date.now() + ms).toISOString();
const remaining = (until: string): number => Math.max(0, Date.parse(until) - Date.now());
const over = (until: string): boolean => until <= now();
