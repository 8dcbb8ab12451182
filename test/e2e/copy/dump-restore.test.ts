import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill, fillEveryType } from '../../lab/index.js';
import { ownKeys, roleOf, snapshots, takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';
import { copying, dataOf, SteadyWriter } from './support.js';

const stage = useStage();

describe.concurrent('a copy', () => {
  it('carries every type in every database over, and leaves the source as it was', async context => {
    const trial = await stage.trial(context);
    await fillEveryType(trial.source);
    const [before] = await snapshots(trial.source);
    const migration = await trial.start(copying());
    const ready = await migration.untilReady();
    expect(ready.method).toBe('dump-restore');
    expect(ready.notes.join('\n')).toMatch(/no stream of changes/);
    expect(ready.nextSteps[0]).toMatchObject({ message: 'cutover', why: expect.stringContaining('is not there') });
    expect(await roleOf(trial.target)).toBe('master');
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    await migration.update('complete');
    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.verification).toMatchObject({ verdict: 'consistent' });
    expect(report).toMatch(/without a stream of changes and without a fence/);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    expect(await snapshots(trial.source)).toEqual([before]);
    expect(await ownKeys(trial.target)).toEqual(['0/__redis-migration:promoted']);
  });

  it('with the fence whole-copy loses no write that was acknowledged, and takes none in between', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 5000 });
    const writer = await SteadyWriter.to(trial.source);
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await writer.refused;
    expect(writer.refusal).toMatch(/READONLY/);
    const { fence } = await migration.untilReady();
    expect(fence.state).toBe('parked');
    await migration.update('cutover');
    const { cutover } = await migration.untilPhase('keeping-source');
    expect(cutover?.writePauseMs).toBeGreaterThan(0);
    const copied = await dataOf(trial.target);
    for (const [key, value] of writer.acked) expect(copied[`0/${key}`]).toMatchObject({ value });
    await writer.stop();

    await migration.update('rollback');
    const { outcome } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await ownKeys(trial.target)).toEqual([]);
  });

  it('with the fence park finds inside the fence what was written meanwhile', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 5000 });
    const writer = await SteadyWriter.to(trial.source);
    const migration = await trial.start(copying({ cutover: { fence: 'park' } }));
    await migration.untilReady();
    await trial.source.cli('DEL', 'key:1');
    expect(writer.refusal).toBeNull();
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    expect(writer.refusal).toMatch(/READONLY/);
    await writer.stop();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    await migration.update('complete');
    const { status } = await migration.result();
    expect(status.notes.join('\n')).toMatch(/The old source is parked/);
    expect(await takesWrites(trial.source)).toBe(false);
  });

  it('that meets writes without a fence asks, and repairs what differs when it may', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 5000 });
    const migration = await trial.start(copying({ verification: { staleAfter: '0s' } }));
    await migration.untilReady();
    await trial.source.cli('SET', 'key:1', 'changed');
    await trial.source.cli('DEL', 'key:2');
    await trial.source.cli('SET', 'late', '1');
    await migration.update('cutover');
    const { blockers, nextSteps } = await migration.untilBlocked('VerificationFailed');
    expect(blockers[0]?.message).toMatch(/3 differ/);
    expect(nextSteps.map(({ argument }) => argument)).toContain('{"patch":{"verification":{"repair":true}}}');
    await migration.update('retry', { patch: { verification: { repair: true } } });
    await migration.untilPhase('keeping-source');
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });
});

describe.concurrent('keys that the target has already', () => {
  it('end it before the first key, by default', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    await trial.target.cli('SET', 'key:7', 'mine');
    await trial.target.cli('SET', 'other', 'mine too');
    const before = await dataOf(trial.target);
    const migration = await trial.start(copying());
    const { blockers } = await migration.untilBlocked('KeyConflict');
    expect(blockers[0]?.message).toMatch(/1 key is on the target already.*"key:7"/);
    expect(await dataOf(trial.target)).toEqual(before);

    await trial.target.cli('DEL', 'key:7');
    await migration.update('retry');
    await migration.untilReady();
    expect(await dataOf(trial.target)).toEqual({ ...(await dataOf(trial.source)), ...(await onlyOther(before)) });
  });

  for (const [onConflict, kept] of [
    ['skip', 'mine'],
    ['replace', 'theirs'],
  ] as const) {
    it(`are treated by onConflict ${onConflict}`, async context => {
      const trial = await stage.trial(context);
      await trial.source.cli('SET', 'a', 'theirs');
      await trial.source.cli('SET', 'b', 'theirs');
      await trial.target.cli('SET', 'a', 'mine');
      const migration = await trial.start(copying({ onConflict }));
      await migration.cutOver();
      expect(await trial.target.cli('GET', 'a')).toBe(kept);
      expect(await trial.target.cli('GET', 'b')).toBe('theirs');
    });
  }
});

describe.concurrent('a selection', () => {
  it('is copied under other names, and nothing else is touched', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 300, prefix: 'app', database: 3 });
    await fill(trial.source, { keys: 300, prefix: 'other', database: 3 });
    await trial.target.cli('SET', 'new:mine', '1');
    const migration = await trial.start(
      copying({
        method: 'auto',
        filter: { match: ['app:*'], exclude: ['app:1*'], databases: [3] },
        rename: { databases: { '3': 0 }, prefix: { from: 'app:', to: 'new:' } },
      }),
    );
    const { method, notes } = await migration.cutOver();
    expect(method).toBe('dump-restore');
    expect(notes.join('\n')).toMatch(/Method dump-restore\. .*filter, rename/);
    const wanted = Object.entries(await dataOf(trial.source))
      .filter(([key]) => /^3\/app:(?!1)/.test(key))
      .map(([key, content]) => [key.replace('3/app:', '0/new:'), content]);
    expect(wanted.length).toBeGreaterThan(150);
    const found = await dataOf(trial.target);
    expect(found).toEqual({ ...Object.fromEntries(wanted), '0/new:mine': found['0/new:mine'] });
  });
});

describe.concurrent('an end before the cutover', () => {
  it('abort lets a fenced source take writes again', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const before = await snapshots(trial.source);
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await migration.untilReady();
    expect(await takesWrites(trial.source)).toBe(false);
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await snapshots(trial.source)).toEqual(before);
    expect(await ownKeys(trial.target)).toEqual([]);
  });

  it('undo does so too, when the workflow was terminated', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const before = await snapshots(trial.source);
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await migration.untilReady();
    await migration.terminate();
    expect((await trial.undo()).outcome).toBe('undone');
    expect(await snapshots(trial.source)).toEqual(before);
    expect(await ownKeys(trial.target)).toEqual([]);
  });

  it('a fence that somebody lifts is found out at the cutover', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await migration.untilReady();
    await trial.source.cli('REPLICAOF', 'NO', 'ONE');
    await migration.update('cutover');
    const { blockers } = await migration.untilBlocked('FenceBroken');
    expect(blockers[0]?.message).toMatch(/lifted the fence/);
    expect(await ownKeys(trial.target)).not.toContain('0/__redis-migration:promoted');
    await trial.source.cli('SET', 'slipped through', '1');
    await migration.update('retry');
    await migration.untilPhase('keeping-source');
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });
});

async function onlyOther(data: Record<string, unknown>): Promise<Record<string, unknown>> {
  return { '0/other': data['0/other'] };
}

describe.concurrent('a switch hook', () => {
  it('is not overtaken by an abort: by then the applications are on their way to the target', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const taskQueue = 'copy-hook';
    const hooks = join(mkdtempSync(join(tmpdir(), 'redis-migration-hooks-')), 'hooks.json');
    writeFileSync(hooks, JSON.stringify({ slow: { command: ['/bin/sleep', '4'] } }));
    await stage.ownWorker(context, { taskQueue, env: { REDIS_MIGRATION_HOOKS: hooks } });
    const input = copying({ cutover: { fence: 'whole-copy', hooks: { switch: 'slow' } } });
    const migration = await trial.start(input, { taskQueue });
    await migration.untilReady();
    await migration.update('cutover');
    await migration.untilPhase('cutting-over');
    while ((await ownKeys(trial.target)).every(key => !key.endsWith(':promoted')))
      await new Promise(resolve => setTimeout(resolve, 50));
    expect(await migration.refusal('abort')).toMatch(/being sent to the target/);
    await migration.handle.cancel();
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.cutover?.promotedAt).toBeTruthy();
    expect(await takesWrites(trial.source)).toBe(false);
  });
});
