import { randomUUID } from 'node:crypto';
import { describe, expect, it, type TestContext } from 'vitest';
import { fill, startRedis } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { snapshots, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();

/** Promoted, and the target has what the source never had by itself. */
async function promoted(context: TestContext) {
  const trial = await stage.trial(context);
  await fill(trial.source, { keys: 100 });
  const migration = await trial.start();
  await migration.cutOver();
  await trial.target.cli('SET', 'newer', 'than the source');
  return { trial, migration };
}

type Promoted = Awaited<ReturnType<typeof promoted>>;

/** Nothing is replicated over the target, which goes on as the master. */
async function expectNewerDataKept({ trial: { source, target } }: Promoted): Promise<void> {
  expect(await target.cli('GET', 'newer')).toBe('than the source');
  expect(await takesWrites(target)).toBe(true);
  expect(await takesWrites(source)).toBe(false);
  expect(await source.info('replication')).toMatchObject({ role: 'slave' });
}

/** The end of the last workflow task before an activity was scheduled; of the first task without one. */
async function resetPoint({ client, id }: Migration, activity: string | null) {
  const { events } = await client.workflow.getHandle(id).fetchHistory();
  let point = events?.[0]?.eventId ?? null;
  for (const { eventId, ...event } of events ?? []) {
    const completed = event.workflowTaskCompletedEventAttributes != null;
    if (completed) point = eventId ?? null;
    const scheduled = event.activityTaskScheduledEventAttributes?.activityType?.name;
    if (activity === null ? completed : scheduled === activity) return point;
  }
  throw new Error(`${id} never scheduled ${activity}`);
}

async function reset(migration: Migration, before: string | null): Promise<void> {
  await migration.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: migration.id, runId: (await migration.newest.describe()).runId },
    reason: 'the test goes back in time',
    requestId: randomUUID(),
    workflowTaskFinishEventId: await resetPoint(migration, before),
  });
}

describe.concurrent('after the promotion', () => {
  it('a reset to the very beginning is shown as the wrong direction, and abort leaves everything', async context => {
    const it = await promoted(context);
    await reset(it.migration, null);
    const { blockers } = await it.migration.untilBlocked('WrongDirection');
    expect(blockers[0]?.step).toBe('compatibility');
    await expectNewerDataKept(it);
    await it.migration.update('abort');
    expect((await it.migration.result()).outcome).toBe('aborted');
    await expectNewerDataKept(it);
    const third = await startRedis();
    context.onTestFinished(() => third.discard());
    const next = await it.trial.start({ source: { url: it.trial.target.url }, target: { url: third.url } });
    await next.until('the locks', ({ checklist }) => checklist[0]?.state === 'passed');
  });

  for (const before of ['replicate', 'verifyData', 'armReverse'])
    it(`a reset to the moment before ${before} replicates nothing over newer data`, async context => {
      const it = await promoted(context);
      await reset(it.migration, before);
      await it.migration.untilBlocked('WrongDirection');
      await expectNewerDataKept(it);
      await it.migration.update('retry').catch(() => undefined);
      await it.migration.untilBlocked('WrongDirection');
      await expectNewerDataKept(it);
      await it.migration.update('abort');
      const { notes } = await it.migration.untilPhase('observing', 'keeping-source');
      expect(notes.join(' ')).toContain('abort came too late');
      await expectNewerDataKept(it);
      await it.migration.untilPhase('keeping-source');
      await it.migration.update('rollback');
      expect((await it.migration.result()).outcome).toBe('rolled-back');
      expect(await it.trial.source.cli('GET', 'newer')).toBe('than the source');
      expect(await takesWrites(it.trial.source)).toBe(true);
    });

  it('a reset to the moment before the cutover finds the cutover carried out, and goes on from there', async context => {
    const it = await promoted(context);
    await reset(it.migration, 'switchOver');
    await it.migration.untilPhase('keeping-source');
    await expectNewerDataKept(it);
    await it.migration.update('complete');
    expect((await it.migration.result()).outcome).toBe('completed');
    await expectNewerDataKept(it);
  });

  it('a reset to the moment before the check of the application goes on from there', async context => {
    const it = await promoted(context);
    await reset(it.migration, 'checkApplication');
    await it.migration.untilPhase('keeping-source');
    await expectNewerDataKept(it);
  });

  for (const how of ['terminated', 'completed', 'completed, its source released'])
    it(`starting the same migration again, the first ${how}, is shown as the wrong direction`, async context => {
      const it = await promoted(context);
      if (how === 'terminated') await it.migration.terminate();
      else await it.migration.update('complete');
      if (how !== 'terminated') await it.migration.result();
      if (how.endsWith('released')) await it.trial.source.cli('REPLICAOF', 'NO', 'ONE');
      const again = await it.trial.start(
        { target: { url: it.trial.target.url, ifNotEmpty: 'wipe' } },
        { workflowId: it.migration.id },
      );
      await again.untilBlocked('WrongDirection');
      expect(await again.refusal('retry', { patch: { accept: ['no-such'] } })).toContain('accept');
      await again.update('retry', { patch: { accept: ['direction', 'emptiness'] } });
      await again.until(
        'the second look',
        ({ phase, checklist }) => phase === 'waiting-for-operator' && checklist.some(({ attempts }) => attempts === 2),
      );
      await again.untilBlocked('WrongDirection');
      await again.update('abort');
      await again.result();
      expect(await it.trial.target.cli('GET', 'newer')).toBe('than the source');
      expect(await takesWrites(it.trial.target)).toBe(true);
    });
});

describe.concurrent('before the promotion', () => {
  for (const how of ['reset to its beginning', 'terminated and started again'])
    it(`a migration that is ${how} goes on, and restores what was set before the first of its runs`, async context => {
      const trial = await stage.trial(context);
      await trial.target.cli('CONFIG', 'SET', 'replica-priority', '42');
      const before = await snapshots(trial.source, trial.target);
      const first = await trial.start();
      await first.untilReady();
      if (how.startsWith('reset')) await reset(first, null);
      else await first.terminate();
      const again = how.startsWith('reset') ? first : await trial.start();
      await again.until('the link to be made anew', ({ checklist }) =>
        checklist.some(({ step, state }) => step === 'prepare-cutover' && state === 'running'),
      );
      await again.cutOver();
      await again.update('rollback');
      expect((await again.result()).outcome).toBe('rolled-back');
      const [source, target] = await snapshots(trial.source, trial.target);
      expect(source).toEqual(before[0]);
      expect(target?.config).toEqual(before[1]?.config);
    });
});
