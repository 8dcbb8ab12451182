import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fill, fillEveryType } from '../../lab/index.js';
import { ownKeys, snapshots } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';
import { copying, dataOf } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'redis-migration-rdb-'));
const [spool, allowed] = [join(folder, 'spool'), mkdtempSync(join(folder, 'allowed-'))];
afterAll(() => rmSync(folder, { recursive: true }));

const stage = useStage({ env: { REDIS_MIGRATION_SPOOL_DIR: spool, REDIS_MIGRATION_RDB_DIR: allowed } });

/** The name of the directory stays with it. */
const kept = (): string[] => readdirSync(spool).filter(name => name !== 'spool-id');

describe('a snapshot', () => {
  it('of the source carries every type in every database over, and leaves no file behind', async context => {
    const trial = await stage.trial(context);
    await fillEveryType(trial.source);
    const [before] = await snapshots(trial.source);
    const migration = await trial.start(copying({ method: 'rdb', cutover: { fence: 'park' } }));
    await migration.cutOver();
    await migration.update('rollback');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(status.verification).toMatchObject({ verdict: 'consistent' });
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    expect(await snapshots(trial.source)).toEqual([before]);
    expect(await ownKeys(trial.target)).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it('goes on after its worker was killed, and after a pause, from where it was', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 8000 });
    const taskQueue = 'rdb-killed';
    const env = { REDIS_MIGRATION_SPOOL_DIR: spool };
    const worker = await stage.ownWorker(context, { taskQueue, env });
    const input = copying({ method: 'rdb', rate: { maxKeysPerSecond: 1000 } });
    const migration = await trial.start(input, { taskQueue });
    await migration.untilPhase('syncing');
    while (Number(await trial.target.cli('DBSIZE')) < 1000) await new Promise(resolve => setTimeout(resolve, 100));
    await worker.kill();
    await stage.ownWorker(context, { taskQueue, env });
    while (Number(await trial.target.cli('DBSIZE')) < 3000) await new Promise(resolve => setTimeout(resolve, 100));
    await migration.update('pause');
    await migration.until('a stop', ({ progress }) => (progress.keysDone ?? 0) > 0);
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.update('resume');
    const { progress } = await migration.untilReady();
    expect(progress.keysDone).toBe(8000);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    expect(kept()).toEqual([]);
  });

  it('in a file is read where the worker allows it, and nowhere else', async context => {
    const trial = await stage.trial(context);
    await fillEveryType(trial.source);
    await trial.source.cli('SAVE');
    await copyFile(join(trial.source.dir, 'dump.rdb'), join(allowed, 'dump.rdb'));
    const migration = await trial.start(copying({ method: 'rdb', rdb: { file: 'dump.rdb' } }));
    await migration.cutOver();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    await migration.update('complete');
    await migration.result();

    const other = await stage.trial(context);
    const refused = await other.start(copying({ method: 'rdb', rdb: { file: '/etc/hostname' } }));
    const { blockers } = await refused.untilBlocked('SnapshotFailed');
    expect(blockers[0]?.message).toMatch(/hostname/);
  });
});
