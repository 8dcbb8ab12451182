import { Migration } from '../e2e/support/migration.js';
import type { Trial } from '../e2e/support/trial.js';
import { fill } from '../lab/index.js';

/** A migration brought to its end; the history of its last run is what is recorded. */
type Scenario = (trial: Trial, workflowId: string) => Promise<Migration>;

/** One for each way in which a migration can go, by the name of its file. */
export const scenarios: Record<string, Scenario> = {
  completed: async (trial, workflowId) => {
    const migration = await trial.start({}, { workflowId });
    await migration.cutOver();
    await migration.update('complete');
    return ended(migration);
  },
  'completed-by-itself': async (trial, workflowId) =>
    ended(await trial.start({ cutover: { mode: 'auto' }, keepSourceFor: '1s' }, { workflowId })),
  'rolled-back': async (trial, workflowId) => {
    const migration = await trial.start({}, { workflowId });
    await migration.cutOver();
    await migration.signal('rollback', { reason: 'recorded' });
    return ended(migration);
  },
  aborted: async (trial, workflowId) => {
    const migration = await trial.start({}, { workflowId });
    await migration.untilReady();
    await migration.signal('abort', { reason: 'recorded' });
    return ended(migration);
  },
  cancelled: async (trial, workflowId) => {
    const migration = await trial.start({}, { workflowId });
    await migration.untilReady();
    await migration.handle.cancel();
    return ended(migration);
  },
  'dry-run': async (trial, workflowId) => ended(await trial.start({ dryRun: true }, { workflowId })),
  'waited-for-operator': async (trial, workflowId) => {
    await trial.target.cli('SET', 'mine', '1');
    const migration = await trial.start({}, { workflowId });
    await migration.untilBlocked('TargetNotEmpty');
    await migration.update('retry', { patch: { target: { ifNotEmpty: 'wipe' } } });
    await migration.cutOver();
    await migration.update('complete');
    return ended(migration);
  },
  'paused-and-resumed': async (trial, workflowId) => {
    const migration = await trial.start({}, { workflowId });
    await migration.untilReady();
    await migration.update('pause');
    await migration.untilPhase('paused');
    await migration.update('resume');
    await migration.cutOver();
    await migration.update('complete');
    return ended(migration);
  },
  undone: async (trial, workflowId) => {
    const migration = await trial.start();
    await migration.untilReady();
    await migration.terminate();
    await trial.undo({}, workflowId);
    return new Migration(trial.client, trial.client.workflow.getHandle(workflowId), '');
  },
  continued: async (trial, workflowId) => {
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start({}, { workflowId });
    await migration.untilReady();
    const runId = async () => (await migration.newest.describe()).runId;
    const first = await runId();
    while ((await runId()) === first) await migration.signal('setRate', { maxKeysPerSecond: 1000 });
    await migration.cutOver();
    await migration.update('complete');
    return ended(migration);
  },
};

async function ended(migration: Migration): Promise<Migration> {
  await migration.result();
  return migration;
}
