import { CancellationScope, condition } from '@temporalio/workflow';
import type { VerifyRequest } from '../../activities/verify.js';
import type { LinkReport } from '../../src/contract/link.js';
import { copies } from '../../src/contract/methods.js';
import type { StepName } from '../../src/contract/steps.js';
import { formatBytes } from '../../src/contract/units.js';
import type { Suspect } from '../../src/verification/index.js';
import { acting, quick, verifying } from '../activities.js';
import { type Blocked, blockedBy } from '../blocked.js';
import type { CopyState } from '../copy-state.js';
import { now, type Run, type StepEnd } from '../run.js';
import type { State } from '../state.js';
import { isInSync, noProgress } from '../status.js';
import { moves, verifyMoved } from './moving.js';

export const replicate = (run: Run) =>
  run.step('replicate', async () => {
    run.phase = 'syncing';
    const { originals } = run.state;
    if (!originals) throw new Error('there is no rollback plan');
    run.changed(await acting.replicate({ ...run.scope, originals }));
    run.state.link ??= beforeFirstLook(run.state.facts);
    return { detail: 'The target replicates from the source.' };
  });

/** The source may restart without its data before the watch has looked: by this it is found out. */
function beforeFirstLook(facts: State['facts']): LinkReport | null {
  if (facts === null) return null;
  const { runId, keys, usedMemory } = facts.source;
  const primary = { runId, keys, usedMemory, replid: '', offset: 0 };
  const nothing = { finding: null, acted: null, standby: null, wayBack: false };
  return { at: now(), state: 'link-down', primary, ...nothing, progress: noProgress };
}

/** Never gives up: a link that is down is shown, and comes back by itself. */
export const fullSync = (run: Run) =>
  run.step('full-sync', async () => {
    run.phase = 'syncing';
    await run.until(() => run.state.link?.state === 'in-sync' && run.state.blockers.length === 0);
    run.state.syncedAt = now();
    const { keysDone, lagBytes } = run.state.link?.progress ?? {};
    return { detail: `${keysDone ?? '?'} keys on the target, ${formatBytes(lagBytes ?? 0)} behind` };
  });

export const verify = (run: Run) => run.step('verify', () => compare(run));

/** A verdict that has become too old is made anew before the cutover. */
export async function reverifyWhenStale(run: Run): Promise<void> {
  const { verification, plan } = run.state;
  if (!verification?.at || Date.now() - Date.parse(verification.at) <= plan.verification.staleAfterMs) return;
  run.note('The verification is older than verification.staleAfter: verifying again.');
  run.entry('verify').state = 'pending';
  await verify(run);
}

/** More keys than can be compared while writers wait stay in doubt, and count as different. */
const mostUnsettled = 500;

type Compared = Awaited<ReturnType<typeof verifying.verifyData>>;

async function compare(run: Run): Promise<StepEnd> {
  run.phase = 'verifying';
  const { verification } = run.state.plan;
  if (verification.mode === 'none') return skip(run);
  if (moves(run)) return verifyMoved(run);
  const startedAt = Date.now();
  const result = await compareOnce(run, { repair: verification.repair });
  run.state.unsettled = isCopied(run) ? [] : fewEnough(result);
  const doubtful = run.state.unsettled.length > 0 ? 0 : result.unsettled;
  const wrong = faults(run, result);
  const equal = result.compared === 0 ? 1 : 1 - (wrong + doubtful) / result.compared;
  const detail = `${result.compared} keys compared, ${wrong} differ, ${result.unsettled} unsettled`;
  const seconds = Math.ceil((Date.now() - startedAt) / 1000);
  if (run.state.plan.cutover.fence === 'park' && isCopied(run))
    return { state: 'warning', detail: `${detail}; inside the fence it is done once more, in about ${seconds} s` };
  if (equal < verification.minimumConsistency)
    throw inconsistent(run, `${detail}: ${result.examples.slice(0, 5).join(', ')}`);
  return wrong + result.unsettled === 0 ? { detail } : { state: 'warning', detail };
}

const isCopied = ({ state }: Run): boolean => copies(state.plan.method);

const fewEnough = ({ unsettled, suspects }: Compared): Suspect[] =>
  unsettled > 0 && unsettled <= mostUnsettled ? suspects.slice(0, mostUnsettled) : [];

/** What speaks against a cutover. What the target had of its own before keys were copied there is no fault. */
export function faults({ state: { plan, copy, live } }: Run, { different, missing, extra }: Compared): number {
  if (!copy) return different + missing + (live && !live.targetWasEmpty ? 0 : extra);
  return (
    missing + (plan.onConflict === 'skip' && !copy.targetWasEmpty ? 0 : different) + (copy.targetWasEmpty ? extra : 0)
  );
}

function inconsistent(run: Run, message: string): Blocked {
  if (!isCopied(run) || run.state.plan.verification.repair) return blockedBy('verify', 'VerificationFailed', message);
  const remedy =
    'Copy what differs and compare again: retry {"patch":{"verification":{"repair":true}}}. While applications write to the source it will differ again: cutover.fence "park" does it once more with writes held off.';
  return blockedBy('verify', 'VerificationFailed', message, remedy);
}

/** `run_id` of the target: another process may have lost keys. */
export const identifyTarget = async (run: Run): Promise<string> => (await quick.identify(run.scope)).target.runId;

/** Compares, and with `repair` copies what differs. */
export async function compareOnce(
  run: Run,
  { repair, step = 'verify' }: { repair: boolean; step?: StepName },
): Promise<Compared> {
  const { copy } = run.state;
  const repairs = repair && isCopied(run) && !moves(run);
  const now = copy ? await quick.identify(run.scope) : null;
  if (copy && now && repairs) assertSameSource(copy, now.source.runId, step);
  const comparedOn = now?.target.runId ?? null;
  const deleteExtra = copy?.targetWasEmpty ?? false;
  // Where the target was empty every key there is the migration's, and may be replaced.
  const onConflict = run.state.plan.onConflict === 'skip' && !deleteExtra ? ('skip' as const) : ('replace' as const);
  const sourceRunId = copy?.sourceRunId ?? null;
  const result = await compareUnpaused(run, repairs ? { deleteExtra, onConflict, sourceRunId } : null);
  const { suspects: _, scanned: __, unheld, ...figures } = result;
  for (const what of unheld ?? []) run.note(`The target can't hold: ${what}.`);
  run.state.verification = { ...figures, examples: [...figures.examples] };
  if (copy) copy.comparedOn = comparedOn;
  return result;
}

/** What the target has may be the last copy. A cluster's id changes with every failover: there only nothing is deleted. */
function assertSameSource(copy: CopyState, runId: string, step: StepName): void {
  const before = copy.sourceRunId;
  Object.assign(copy, { sourceRunId: runId });
  if (before === undefined || before === runId) return;
  copy.targetWasEmpty = false;
  if (copy.cluster) return;
  throw blockedBy(
    step,
    'SourceChanged',
    'The source has restarted since it was copied, and may have older data, or none: the target may have the last copy.',
    "Look at the source first. If it has all its data: 'retry' copies what differs, and deletes nothing on the target. If not: restore it, or 'abort', which leaves the target's keys as they are.",
  );
}

/** While the link rests, the source moves on alone: then there is nothing to compare, and it begins again afterwards. */
async function compareUnpaused(run: Run, repair: VerifyRequest['repair']): Promise<Compared> {
  const paused = () => run.state.paused;
  const nodes = run.state.copy?.nodes ? { nodes: run.state.copy.nodes } : {};
  const fed = run.state.live ? { fed: true } : {};
  for (;;) {
    await run.until(() => !paused() && isInSync(run.state));
    const scope = new CancellationScope({ cancellable: true });
    const compared = scope.run(() =>
      verifying.verifyData({ ...run.scope, ...run.state.rate, ...nodes, ...fed, repair: repair ?? null }),
    );
    await Promise.race([compared, scope.run(() => condition(paused))]);
    scope.cancel();
    if (!paused()) return compared;
    await compared.catch(() => undefined);
  }
}

function skip(run: Run): StepEnd {
  const none = {
    compared: 0,
    different: 0,
    missing: 0,
    extra: 0,
    unsettled: 0,
    consistency: 0,
    at: null,
    examples: [],
  };
  run.state.verification = { verdict: 'skipped', ...none };
  return { state: 'skipped', detail: 'verification.mode is none' };
}
