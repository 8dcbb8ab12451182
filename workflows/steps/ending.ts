import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { SettledAs } from '../../src/contract/settlement.js';
import type { Blocker } from '../../src/contract/status.js';
import type { StepName } from '../../src/contract/steps.js';
import type { SwitchResult } from '../../src/cutover/switch.js';
import { acting, quick } from '../activities.js';
import { blockersOf } from '../blocked.js';
import type { LinkWatch } from '../link-watch.js';
import { now, type Run } from '../run.js';
import { isInSync } from '../status.js';
import { inTheWay, recordSwitch, untilDecided } from '../switching.js';

/** Before the promotion: undoes everything. Resolves to false when the target turns out to be promoted already. */
export const abort = (run: Run, link: LinkWatch): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    await link.stop();
    // A cancellation must not be forgotten by a history that begins anew.
    Object.assign(run.state, { wants: 'abort', blockers: [], consent: null });
    if (!run.state.originals || !touched(run)) {
      markUndone(run);
      return true;
    }
    return (await withdraw(run)) && (await undo(run));
  });

const touched = (run: Run): boolean => run.entry('replicate').state !== 'pending';

async function withdraw(run: Run): Promise<boolean> {
  for (;;) {
    const ended = await attempt('clean-up', () => undoCutover(run));
    if ('blockers' in ended) await run.ask('clean-up', ended.blockers);
    else return ended.done === 'withdrawn' || tooLate(run, ended.done);
    run.entry('clean-up').state = 'pending';
  }
}

/** One that was reset does not know what the run before it did to the servers. */
function mayHaveCutOver({ state }: Run): boolean {
  const { runId, firstExecutionRunId } = workflowInfo();
  return state.cutoverAttempts > 0 || runId !== firstExecutionRunId;
}

/** A run that was reset knows nothing of a cutover that an earlier one carried out: the servers do. */
async function undoCutover(run: Run): Promise<'withdrawn' | SwitchResult> {
  if (!mayHaveCutOver(run) && !(await quick.findTraces(run.scope)).promoted) return 'withdrawn';
  const result = await untilDecided(run, { direction: 'forward', goal: 'withdraw', step: 'clean-up' });
  const { end } = result;
  if (end.end === 'withdrawn') return 'withdrawn';
  if (end.end === 'too-late') return result;
  throw inTheWay('clean-up', 'forward', result);
}

function tooLate(run: Run, result: SwitchResult): false {
  run.note('The abort came too late: the target is promoted. Send rollback to go back.');
  recordSwitch(run, { ...result, end: { end: 'switched', wayBack: true } });
  run.state.wants = null;
  for (const entry of run.state.checklist) {
    if (entry.step === 'check-application') break;
    if (entry.state === 'passed' || entry.state === 'warning') continue;
    Object.assign(entry, { state: entry.step === 'cutover' ? 'passed' : 'skipped', endedAt: now() });
  }
  return false;
}

/** What an activity says when it fails for good is for the operator; the workflow itself never fails by it. */
async function attempt<T>(step: StepName, body: () => Promise<T>): Promise<{ done: T } | { blockers: Blocker[] }> {
  try {
    return { done: await body() };
  } catch (error) {
    return { blockers: blockersOf(step, error) };
  }
}

async function undo(run: Run): Promise<boolean> {
  await cleanUp(run, 'aborted');
  markUndone(run);
  return true;
}

export function markUndone(run: Run): void {
  for (const entry of run.state.checklist) {
    if (entry.step === 'clean-up' || entry.step === 'report') continue;
    if (entry.state === 'pending') entry.state = 'skipped';
    else if (['replicate', 'prepare-cutover', 'cutover'].includes(entry.step)) entry.state = 'undone';
    else if (entry.state === 'running' || entry.state === 'failed') entry.state = 'undone';
    entry.endedAt ??= now();
  }
}

/** As lossless as the way there: the same machine with the sides exchanged. Resolves to false when `complete` was sent instead. */
export const rollBack = (run: Run, link: LinkWatch, left: RolledBackTo = followsSource): Promise<boolean> =>
  CancellationScope.nonCancellable(async () => {
    run.phase = 'rolling-back';
    run.state.blockers = [];
    for (let tries = 1; ; tries++) {
      await link.stop();
      const ended = await attempt('keep-source', () => switchBack(run));
      if ('done' in ended) {
        rolledBack(run, ended.done, left(run));
        return true;
      }
      link.start('back');
      if (tries < mostTries && (await linkComesBack(run, ended.blockers))) continue;
      if ((await run.ask('keep-source', ended.blockers)) === 'complete') return false;
    }
  });

/** The target serves meanwhile: so a link that was down, as when its worker died, is waited for. */
const linkBackMs = 30_000;
const mostTries = 5;
const passing: readonly string[] = ['ReplicationStalled', 'DrainTimeout'];

async function linkComesBack(run: Run, blockers: Blocker[]): Promise<boolean> {
  if (!blockers.every(({ type }) => passing.includes(type))) return false;
  run.state.link = null;
  const until = new Date(Date.now() + linkBackMs).toISOString();
  await run.until(() => run.state.link?.state === 'in-sync' || run.state.wants === 'complete', until);
  return isInSync(run.state) && run.state.wants !== 'complete';
}

async function switchBack(run: Run): Promise<SwitchResult> {
  const result = await untilDecided(run, { direction: 'back', goal: 'switch', step: 'keep-source' });
  const { end } = result;
  if (end.end === 'switched') return result;
  throw inTheWay('keep-source', 'back', result);
}

/** What becomes of the target's role. */
export type RolledBackTo = (run: Run) => string;

const followsSource: RolledBackTo = ({ state: { plan } }) => `replica of ${plan.source.host}:${plan.source.port}`;

function rolledBack(run: Run, { marker, writePauseMs }: SwitchResult, to: string): void {
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
  run.changed([{ side: 'target', what: 'role', from: 'master', to }], 'stays on purpose');
  state.wayBack = { possible: false, why: 'It was rolled back already.' };
  for (const step of ['cutover', 'check-application', 'observe', 'keep-source'] as const) {
    const entry = run.entry(step);
    Object.assign(entry, { state: 'undone', endedAt: entry.endedAt ?? now() });
  }
}

/** What is left as a replica logs in to the other by itself from now on. */
function keptLogin({ state }: Run, side: 'source' | 'target', other: 'source' | 'target'): void {
  const { username, password } = state.plan[other];
  const login: Record<string, string> = { masteruser: username ?? '', masterauth: password === null ? '' : '***' };
  for (const change of state.changes) {
    const to = login[change.what];
    if (change.side !== side || to === undefined) continue;
    Object.assign(change, { to, note: 'the replica logs in with it' });
    if (change.from === to) Object.assign(change, { undone: true, undoneAt: now() });
  }
}

/** Takes away what the migration leaves on the servers, and says what stays. */
export const cleanUp = (run: Run, as: SettledAs): Promise<void> =>
  CancellationScope.nonCancellable(() =>
    run.step('clean-up', async () => {
      const originals = run.state.originals ?? { source: {}, target: {} };
      const rewrite = mayHaveCutOver(run);
      const { restored, left } = await acting.settle({ ...run.scope, as, originals, rewrite });
      run.undone(restored);
      if (as === 'rolled-back') keptLogin(run, 'target', 'source');
      if (as === 'left-promoted') keptLogin(run, 'source', 'target');
      if (as === 'aborted') run.undone([{ side: 'target', what: 'role', from: '', to: '' }]);
      if (as === 'completed')
        run.state.wayBack = { possible: false, why: 'It is completed: a new one goes the other way.' };
      for (const text of left) run.note(text);
      return { detail: `${restored.length} settings put back. ${left.join(' ')}` };
    }),
  );
