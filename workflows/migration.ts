import { CancellationScope } from '@temporalio/workflow';
import type { MigrationResult } from '../src/contract/status.js';
import { LinkWatch } from './link-watch.js';
import { listen } from './messages.js';
import { toReport } from './report.js';
import { Run } from './run.js';
import type { State } from './state.js';
import { toStatus } from './status.js';
import { checkApplication, keepSource, observe } from './steps/after.js';
import { cutover, prepareCutover } from './steps/cutover.js';
import { abort, cleanUp, rollBack } from './steps/ending.js';
import { authentication, compatibility, connectivity, rehearsal, resources, rollbackPlan } from './steps/preparing.js';
import { fullSync, replicate, verify } from './steps/syncing.js';

/**
 * The zero-downtime checklist. Its argument is a `MigrationInput`; the second one is what a continued run goes on from.
 * Fails with `InvalidInput` at once, or never.
 */
export async function redisMigration(input: unknown, carried?: State): Promise<MigrationResult> {
  const run = Run.begin(input, carried);
  const link = new LinkWatch(run);
  run.beforeContinuing = () => link.stop();
  listen(run);
  await run.interruptibly(() => run.lockAgain());

  if (!run.promoted) {
    const reached = run.state.wants === 'abort' ? null : await run.interruptibly(() => upToPromotion(run, link));
    if (reached === 'dry-run') return finish(run, 'dry-run');
    if (reached === null && (await abort(run, link))) return finish(run, 'aborted');
  }
  return finish(run, await afterPromotion(run, link));
}

async function upToPromotion(run: Run, link: LinkWatch): Promise<'promoted' | 'dry-run'> {
  await connectivity(run);
  await resources(run);
  await authentication(run);
  await compatibility(run);
  await rehearsal(run);
  await rollbackPlan(run);
  if (run.state.plan.dryRun) return 'dry-run';
  await replicate(run);
  link.start('forward');
  await fullSync(run);
  await verify(run);
  while (!run.promoted) {
    await prepareCutover(run);
    await cutover(run, link);
  }
  return 'promoted';
}

async function afterPromotion(run: Run, link: LinkWatch): Promise<'completed' | 'rolled-back'> {
  const { state } = run;
  link.start('back');
  const kept = state.wants === 'rollback' ? null : await run.interruptibly(() => observeAndKeep(run));
  if (state.wants === 'rollback' && (await rollBack(run, link))) {
    await cleanUp(run, 'rolled-back');
    return 'rolled-back';
  }
  await link.stop();
  await cleanUp(run, kept === null && state.wants !== 'complete' ? 'left-promoted' : 'completed');
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
