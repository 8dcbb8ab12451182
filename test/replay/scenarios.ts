import type { MigrationInput } from '../../src/contract/input.js';
import { defaultTaskQueue, verifyWorkflowType } from '../../src/contract/messages.js';
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
  // `auto` that comes to a copy, keys that are looked for on the target, a pause, a delta pass inside the fence.
  copied: async (trial, workflowId) => {
    await fill(trial.source, { keys: 5000 });
    await trial.target.cli('SET', 'other', '1');
    const input: Partial<MigrationInput> = {
      filter: { match: ['key:*'] },
      rate: { maxKeysPerSecond: 1000 },
      cutover: { fence: 'park' },
    };
    const migration = await trial.start(input, { workflowId });
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 0);
    await migration.update('pause');
    await migration.untilPhase('paused');
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.update('resume');
    await migration.cutOver();
    await migration.update('complete');
    return ended(migration);
  },
  'copied-and-rolled-back': async (trial, workflowId) => {
    await fill(trial.source, { keys: 100 });
    const input = { method: 'dump-restore', cutover: { fence: 'whole-copy' } } as const;
    const migration = await trial.start(input, { workflowId });
    await migration.cutOver();
    await migration.update('rollback');
    return ended(migration);
  },
  'moved-and-rolled-back': async (trial, workflowId) => {
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start({ method: 'migrate', migrate: { move: true } }, { workflowId });
    await migration.cutOver();
    await migration.update('rollback');
    return ended(migration);
  },
  'snapshot-aborted': async (trial, workflowId) => {
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start({ method: 'rdb' }, { workflowId });
    await migration.untilReady();
    await migration.update('abort');
    return ended(migration);
  },
  verified: async (trial, workflowId) => {
    await fill(trial.source, { keys: 100 });
    const { source, target } = trial.input();
    const handle = await trial.client.workflow.start(verifyWorkflowType, {
      workflowId,
      taskQueue: defaultTaskQueue,
      args: [{ source, target, verification: { repair: true } }],
    });
    return ended(new Migration(trial.client, handle, handle.firstExecutionRunId));
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
