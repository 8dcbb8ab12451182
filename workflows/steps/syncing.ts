import { CancellationScope, condition } from '@temporalio/workflow';
import type { LinkReport } from '../../src/contract/link.js';
import { formatBytes } from '../../src/contract/units.js';
import { acting, verifying } from '../activities.js';
import { blockedBy } from '../blocked.js';
import { now, type Run, type StepEnd } from '../run.js';
import type { State } from '../state.js';
import { noProgress } from '../status.js';

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

async function compare(run: Run): Promise<StepEnd> {
  run.phase = 'verifying';
  const { verification } = run.state.plan;
  if (verification.mode === 'none') return skip(run);
  const { suspects, ...result } = await compareUnpaused(run);
  run.state.verification = { ...result, examples: [...result.examples] };
  run.state.unsettled =
    result.unsettled > 0 && result.unsettled <= mostUnsettled ? [...suspects].slice(0, mostUnsettled) : [];
  const doubtful = run.state.unsettled.length > 0 ? 0 : result.unsettled;
  const wrong = result.different + result.missing + result.extra;
  const equal = result.compared === 0 ? 1 : 1 - (wrong + doubtful) / result.compared;
  const detail = `${result.compared} keys compared, ${wrong} differ, ${result.unsettled} unsettled`;
  if (equal < verification.minimumConsistency) {
    throw blockedBy('verify', 'VerificationFailed', `${detail}: ${result.examples.slice(0, 5).join(', ')}`);
  }
  return wrong + result.unsettled === 0 ? { detail } : { state: 'warning', detail };
}

/** While the link rests, the source moves on alone: then there is nothing to compare, and it begins again afterwards. */
async function compareUnpaused(run: Run): Promise<Awaited<ReturnType<typeof verifying.verifyData>>> {
  const paused = () => run.state.paused;
  for (;;) {
    await run.until(() => !paused() && run.state.link?.state === 'in-sync');
    const scope = new CancellationScope({ cancellable: true });
    const { maxKeysPerSecond } = run.state.rate;
    const compared = scope.run(() => verifying.verifyData({ ...run.scope, maxKeysPerSecond }));
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
