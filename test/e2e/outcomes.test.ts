import { describe, expect, it } from 'vitest';
import { audit, contents, fill, fillEveryType } from '../lab/index.js';
import { ownKeys, roleOf, snapshot, snapshots, takesWrites } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();

describe.concurrent('a migration', () => {
  it('is completed by the operator: the target serves, the old source is parked, the settings are as before', async context => {
    const trial = await stage.trial(context);
    const { source, target } = trial;
    await fillEveryType(source);
    const [sourceBefore, targetBefore] = await snapshots(source, target);
    const migration = await trial.start();
    const kept = await migration.cutOver();
    expect(kept.cutover?.writePauseMs).toBeLessThan(1000);
    expect(kept.rollback).toMatchObject({ possible: true });
    await target.cli('SET', 'written-after-the-cutover', '1');
    expect(await migration.update('complete')).toBe('ending');

    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status).toMatchObject({ phase: 'completed', blockers: [], verification: { verdict: 'consistent' } });
    expect(status.rollback.possible).toBe(false);
    expect(report).toContain('# ');
    expect(await ownKeys(target)).toEqual(['0/__redis-migration:promoted']);
    expect(await takesWrites(target)).toBe(true);
    expect(await takesWrites(source)).toBe(false);
    expect(await contents(source)).toEqual(await contents(target));
    const [sourceAfter, targetAfter] = await snapshots(source, target);
    expect(targetAfter).toMatchObject({ role: 'master', config: targetBefore?.config, acl: targetBefore?.acl });
    const { config, acl } = sourceBefore ?? {};
    expect(sourceAfter).toMatchObject({ role: 'slave of 127.0.0.1:1', config, acl });
  });

  it('is completed by itself when the rollback window runs out, and releases the old source when asked to', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const migration = await trial.start({
      cutover: { mode: 'auto' },
      keepSourceFor: '1s',
      sourceAfterwards: 'released',
    });
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.checklist.find(({ step }) => step === 'keep-source')).toMatchObject({ state: 'passed' });
    expect(await roleOf(trial.source)).toBe('master');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await roleOf(trial.target)).toBe('master');
  });

  it('is rolled back under writers without losing a write, and the next one starts from there', async context => {
    const trial = await stage.trial(context);
    const writers = await trial.write();
    const migration = await trial.start();
    await migration.cutOver();
    await migration.update('rollback', { reason: 'the test wants it' });
    const { outcome, report } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(report).toContain('the test wants it');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await trial.target.info('replication')).toMatchObject({ role: 'slave', master_link_status: 'up' });
    expect(await ownKeys(trial.source)).toEqual([]);

    const next = await trial.start();
    await next.untilReady();
    await next.update('cutover');
    await next.untilPhase('keeping-source');
    const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
  });

  it('changes nothing on either server in a dry run', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const before = await snapshots(trial.source, trial.target);
    const migration = await trial.start({ dryRun: true });
    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('dry-run');
    expect(status.checklist.find(({ step }) => step === 'rollback-plan')).toMatchObject({ state: 'passed' });
    expect(status.checklist.find(({ step }) => step === 'replicate')?.state).not.toBe('passed');
    expect(report).toContain('Dry run');
    expect(await snapshots(trial.source, trial.target)).toEqual(before);
  });

  it('waits for the operator when the window for the cutover has passed, and goes on once it is opened again', async context => {
    const trial = await stage.trial(context);
    const notAfter = new Date(Date.now() + 1000).toISOString();
    const migration = await trial.start({ cutover: { mode: 'auto', notAfter } });
    const { blockers, phase } = await migration.untilBlocked('PreflightFailed');
    expect(phase).toBe('waiting-for-operator');
    expect(blockers[0]).toMatchObject({ step: 'prepare-cutover', message: expect.stringContaining(notAfter) });
    expect(blockers[0]?.remedy).toContain('notAfter');
    expect(await roleOf(trial.source)).toBe('master');
    await migration.update('retry', {
      patch: { cutover: { notAfter: new Date(Date.now() + 3_600_000).toISOString() } },
    });
    await migration.untilPhase('keeping-source');
  });

  it('holds a consent until the window opens', async context => {
    const trial = await stage.trial(context);
    const notBefore = Date.now() + 12_000;
    const migration = await trial.start({ cutover: { notBefore: new Date(notBefore).toISOString() } });
    await migration.update('cutover');
    const { cutover } = await migration.untilPhase('observing');
    expect(Date.parse(cutover?.promotedAt ?? '')).toBeGreaterThanOrEqual(notBefore);
  });

  it('is aborted before the cutover: the source never noticed, and status says what stays on the target', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const before = await snapshot(trial.source);
    const migration = await trial.start();
    await migration.untilReady();
    await migration.update('abort', { reason: 'another day' });
    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('aborted');
    expect(report).toContain('another day');
    expect(status.notes.join(' ')).toContain('keeps the copy');
    expect(await snapshot(trial.source)).toEqual(before);
    expect(await roleOf(trial.target)).toBe('master');
  });
});
