import { CancellationScope } from '@temporalio/workflow';
import type { MigrationResult } from '../src/contract/status.js';
import { listen } from './messages.js';
import { methodOf } from './methods/index.js';
import type { Method } from './methods/method.js';
import { toReport } from './report.js';
import { Run } from './run.js';
import type { State } from './state.js';
import { toStatus } from './status.js';
import { checkApplication, keepSource, observe } from './steps/after.js';
import { prepareCutover } from './steps/cutover.js';
import { authentication, compatibility, connectivity, rehearsal, resources, rollbackPlan } from './steps/preparing.js';
import { verify } from './steps/syncing.js';

/**
 * The zero-downtime checklist. Its argument is a `MigrationInput`; the second one is what a continued run goes on from.
 * Fails with `InvalidInput` at once, or never.
 */
export async function redisMigration(input: unknown, carried?: State): Promise<MigrationResult> {
  const run = Run.begin(input, carried);
  const method = methodOf(run);
  run.beforeContinuing = () => method().stop();
  listen(run);
  await run.interruptibly(() => run.lockAgain());

  if (!run.promoted) {
    const reached = run.state.wants === 'abort' ? null : await run.interruptibly(() => upToPromotion(run, method));
    if (reached === 'dry-run') return finish(run, 'dry-run');
    if (reached === null && !run.promoted && (await method().abort())) return finish(run, 'aborted');
  }
  return finish(run, await afterPromotion(run, method()));
}

async function upToPromotion(run: Run, method: () => Method): Promise<'promoted' | 'dry-run'> {
  await connectivity(run);
  await resources(run);
  await authentication(run);
  await compatibility(run);
  await rehearsal(run);
  await rollbackPlan(run);
  if (run.state.plan.dryRun) return 'dry-run';
  await method().replicate();
  await method().fullSync();
  await verify(run);
  while (!run.promoted) {
    await prepareCutover(run, method());
    await method().cutover();
  }
  return 'promoted';
}

async function afterPromotion(run: Run, method: Method): Promise<'completed' | 'rolled-back'> {
  const { state } = run;
  method.keepWayBack();
  const kept = state.wants === 'rollback' ? null : await run.interruptibly(() => observeAndKeep(run));
  if (state.wants === 'rollback' && (await method.rollBack())) {
    await method.cleanUp('rolled-back');
    return 'rolled-back';
  }
  await method.stop();
  await method.cleanUp(kept === null && state.wants !== 'complete' ? 'left-promoted' : 'completed');
  return 'completed';
}

async function observeAndKeep(run: Run): Promise<'kept'> {
  await checkApplication(run);
  await observe(run);
  await keepSource(run);
  return 'kept';
}

async function finish(run: Run, outcome: MigrationResult['outcome']): Promise<MigrationResult> {
  return CancellationScope.nonCancellable(async () => {
    run.state.phase = outcome === 'dry-run' ? 'completed' : outcome;
    run.state.outcome = outcome;
    await run.step('report', async () => ({ detail: 'written' }));
    return { outcome, status: toStatus(run.state), report: toReport(run.state) };
  });
}
