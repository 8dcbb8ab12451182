import { sleep } from '@temporalio/workflow';
import type { HookPoint } from '../../src/contract/input.js';
import { formatBytes } from '../../src/contract/units.js';
import type { SwitchResult } from '../../src/cutover/switch.js';
import { arming, hooking } from '../activities.js';
import { blockedBy } from '../blocked.js';
import type { LinkWatch } from '../link-watch.js';
import type { Method } from '../methods/method.js';
import { now, type Run, type StepEnd } from '../run.js';
import { isInSync } from '../status.js';
import { recordSwitch, untilDecided } from '../switching.js';
import { reverifyWhenStale } from './syncing.js';

const backlogSeconds = 600;

/** Hook, arming of the way back, then the wait for consent and window. */
export const prepareCutover = (run: Run, method: Pick<Method, 'arm'>) =>
  run.step('prepare-cutover', async () => {
    run.phase = 'ready-for-cutover';
    const { state } = run;
    if (!state.armed) {
      await runHook(run, 'prepare');
      await method.arm();
      state.armed = true;
    }
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

/** The source is made fit to follow the target, for the way back. */
export async function arm(run: Run): Promise<void> {
  const rate = run.state.baseline?.writeBytesPerSecond ?? 0;
  const { changes, save } = await arming.armReverse({
    ...run.scope,
    backlogBytes: Math.min(512 << 20, Math.max(1 << 20, rate * backlogSeconds)),
  });
  run.changed(changes);
  run.note(`The way back is armed; the target's data: ${save}.`);
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
  if (state.paused || state.link?.concern) return false;
  if (state.consent?.acceptLossBytes !== undefined) return true;
  return state.blockers.length === 0 && isInSync(state);
}

/** Resolves to whether the target was promoted; else the checklist goes back to waiting. */
export async function cutover(run: Run, link: LinkWatch): Promise<void> {
  await run.step('cutover', async () => {
    run.phase = 'cutting-over';
    await link.stop();
    run.state.cutoverAttempts++;
    const result = await untilDecided(run, { direction: 'forward', goal: 'switch', step: 'cutover' });
    return result.end.end === 'switched' ? promoted(run, result) : refused(run, result, link);
  });
}

function promoted(run: Run, result: SwitchResult): StepEnd {
  const { state } = run;
  recordSwitch(run, result);
  const { host, port } = state.plan.target;
  state.fence = { state: 'released', since: now(), expiresAt: null };
  // Promoted, it is a master again, as it was before the migration.
  const before = ['role', 'min-replicas-to-write'];
  run.undone(before.map(what => ({ side: 'target', what, from: '', to: '' })));
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

/** Each attempt makes writers wait for as long as the drain may take: it is not repeated for ever without a person. */
export const mostAutoAttempts = 3;
export const autoWaitMs = 3000;

/** Nothing happened: the consent is used up, and the checklist waits again. */
async function refused(run: Run, { end }: SwitchResult, link: LinkWatch): Promise<StepEnd> {
  const { state } = run;
  const [type, why] = 'why' in end ? [end.type, end.why] : (['Unexpected', end.end] as const);
  const isAuto = state.plan.cutover.mode === 'auto';
  state.refusals++;
  state.consent = null;
  run.note(`Cutover not carried out. ${type}: ${why}`);
  link.start('forward');
  if (type === 'SourceLost') throw blockedBy('cutover', type, why);
  if (isAuto && state.refusals % mostAutoAttempts === 0)
    throw blockedBy('cutover', type, `${mostAutoAttempts} cutovers were not carried out. The last: ${why}`);
  await sleep(isAuto ? state.refusals * autoWaitMs : 1000);
  const waiting = run.entry('prepare-cutover');
  Object.assign(waiting, { state: 'running', endedAt: null });
  return { state: 'pending', detail: `${type}: ${why}` };
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
