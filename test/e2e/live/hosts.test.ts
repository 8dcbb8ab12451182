import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { spoolQueue } from '../../../src/contract/spool-queue.js';
import { builtFile } from '../../lab/built.js';
import { audit, fill } from '../../lab/index.js';
import { dataOf } from '../copy/support.js';
import { useStage } from '../support/stage.js';
import { host, queuesOf, untilAsked, workerWith } from './hosts.js';

const stage = useStage();
// Workers are started one after the other, and the machine may be busy.
vi.setConfig({ testTimeout: 150_000 });
const live = { method: 'live', observe: { duration: '0s', maxLatency: '10s' } } as const;

/** The heartbeat timeout of 3 s, the retry, and what a busy machine adds. */
const withinMs = 8000;
/** Besides, 2 s in which somebody on the machine of the spool may take it, and 2 s until another worker has the workflow. */
const elsewhereWithinMs = 14_000;

const spoolsOf = ({ env }: ReturnType<typeof host>): string[] =>
  readdirSync(env.REDIS_MIGRATION_SPOOL_DIR).filter(name => name.startsWith('live-'));

describe.concurrent('a source that is followed', () => {
  it('is followed on by another worker of the machine with the spool, though there are others', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 2000 });
    const [here, elsewhere, taskQueue] = [host(), host(), 'live-same-host'];
    const start = () => stage.ownWorker(context, { ...here, taskQueue });
    const workers = await Promise.all([start(), start()]);
    const migration = await trial.start(live, { taskQueue });
    await workerWith(migration, 'followSource', workers);
    await Promise.all([1, 2].map(() => stage.ownWorker(context, { ...elsewhere, taskQueue })));
    await migration.untilReady();
    for (let kill = 1; kill <= 2; kill++) {
      const first = await workerWith(migration, 'followSource', workers);
      const killedAt = Date.now();
      await first.kill();
      await workerWith(migration, 'followSource', workers);
      expect(Date.now() - killedAt).toBeLessThan(withinMs);
      await untilAsked(trial.source, { full: 1, partial: kill });
      workers.push(await start());
    }
    expect([spoolsOf(here).length > 0, spoolsOf(elsewhere)]).toEqual([true, []]);
  });

  it('leaves no spool on its machine when it is over, wherever the clean-up was done', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const [here, taskQueue] = [host(), 'live-clean-up'];
    const first = await stage.ownWorker(context, { ...here, taskQueue });
    const migration = await trial.start(live, { taskQueue });
    await workerWith(migration, 'followSource', [first]);
    await Promise.all([1, 2].map(() => stage.ownWorker(context, { ...host(), taskQueue })));
    await migration.untilReady();
    expect(spoolsOf(here)).toHaveLength(2);
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(spoolsOf(here)).toEqual([]);
    // Whoever did the clean-up, the machine of the spool was told.
    const id = readFileSync(join(here.env.REDIS_MIGRATION_SPOOL_DIR, 'spool-id'), 'utf8');
    expect(await queuesOf(migration, 'removeSpool')).toEqual([spoolQueue(taskQueue, id)]);
  });

  it('is not followed by a worker that can keep no spools, which says so and does everything else', async context => {
    const trial = await stage.trial(context);
    const taskQueue = 'live-no-spools';
    const worker = await stage.ownWorker(context, {
      env: { REDIS_MIGRATION_SPOOL_DIR: '/dev/null/spools' },
      taskQueue,
    });
    const migration = await trial.start({ ...live, accept: ['spool-disk'] }, { taskQueue });
    const { blockers } = await migration.untilBlocked('SpoolFailed');
    expect(blockers.map(({ message }) => message)).toEqual([expect.stringContaining('/dev/null/spools')]);
    expect(worker.output()).toContain('no spools can be kept here');
    await worker.kill();
    await stage.ownWorker(context, { ...host(), taskQueue });
    await migration.update('retry');
    await migration.untilReady();
  });

  it('is followed on by another machine when that of the spool is gone, from the backlog of the source', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 2000 });
    const taskQueue = 'live-other-host';
    const first = await stage.ownWorker(context, { ...host(), taskQueue });
    const writers = await trial.write({ count: 2, ratePerWriter: 200 });
    const migration = await trial.start(live, { taskQueue });
    await workerWith(migration, 'followSource', [first]);
    const second = await stage.ownWorker(context, { ...host(), taskQueue });
    await migration.untilReady();
    const killedAt = Date.now();
    await first.kill();
    await workerWith(migration, 'followSource', [second]);
    expect(Date.now() - killedAt).toBeLessThan(elsewhereWithinMs);
    await untilAsked(trial.source, { full: 1, partial: 1 });
    await migration.untilReady();
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
  });

  it('is followed on another machine with a fresh snapshot where its backlog is too short, and status says why', async context => {
    const trial = await stage.trial(context, { source: { config: { 'repl-backlog-size': '16kb' } } });
    await fill(trial.source, { keys: 2000 });
    const taskQueue = 'live-fresh-snapshot';
    const first = await stage.ownWorker(context, { ...host(), taskQueue });
    const migration = await trial.start(live, { taskQueue });
    await migration.untilReady();
    await first.kill();
    await trial.source.cli('DEL', 'key:1', 'key:2');
    for (let n = 0; n < 5; n++) await trial.source.cli('SET', 'key:3', 'x'.repeat(20_000));
    await stage.ownWorker(context, { ...host(), taskQueue });
    const told = (notes: string[]) => notes.filter(note => note.includes('filled anew'));
    const { notes } = await migration.until('why it began anew', status => told(status.notes).length > 0);
    expect(told(notes)).toEqual([expect.stringMatching(/the spool of it is not here, and the source no longer has/)]);
    await untilAsked(trial.source, { full: 2, partial: 0 });
    await migration.cutOver();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    expect(told((await migration.status()).notes)).toHaveLength(1);
  });
});

describe.concurrent('the way back of a target that was fed', () => {
  it('waits for the machine that has its spool, whoever else is there, and then loses nothing', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const [here, taskQueue] = [host(), 'live-way-back-host'];
    const first = await stage.ownWorker(context, { ...here, taskQueue });
    const migration = await trial.start(live, { taskQueue });
    await workerWith(migration, 'followSource', [first]);
    await stage.ownWorker(context, { ...host(), taskQueue });
    await migration.cutOver();
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await first.kill();
    await trial.target.cli('SET', 'written', 'meanwhile');
    const away = await migration.until('the way back to wait', ({ rollback }) => !rollback.possible);
    expect(away.rollback.why).toMatch(/machine that keeps what the old source misses/);
    expect(await migration.refusal('rollback')).toMatch(/^There is no way back at the moment: The machine/);
    await stage.ownWorker(context, { ...here, taskQueue });
    await migration.until('the way back again', ({ rollback }) => rollback.possible);
    await migration.update('rollback');
    expect((await migration.result()).outcome).toBe('rolled-back');
    expect(await trial.source.cli('GET', 'written')).toBe('meanwhile');
  });

  it('is begun by whoever is there when the machine that followed the source is gone', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const taskQueue = 'live-way-back-begun';
    const entry = builtFile('test/e2e/support/crashing-worker.js');
    const env = { ...host().env, CRASH_AFTER: 'promote' };
    const first = await stage.ownWorker(context, { env, entry, taskQueue });
    const migration = await trial.start(live, { taskQueue });
    await migration.untilReady();
    await migration.signal('cutover', {});
    while (first.running()) await new Promise(resolve => setTimeout(resolve, 50));
    await stage.ownWorker(context, { ...host(), taskQueue });
    await migration.until('the way back', ({ rollback }) => rollback.possible);
  });
});
