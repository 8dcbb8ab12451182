import { describe, expect, it } from 'vitest';
import { fill, fillEveryType, startRedis, waitFor } from '../../lab/index.js';
import { ownKeys, takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';
import { copying, dataOf } from './support.js';

const stage = useStage();

/** Long enough that something can happen meanwhile. */
const slow = { maxKeysPerSecond: 1000 };
const keys = 8000;

describe.concurrent('a copy goes on', () => {
  it('when its worker is killed again and again', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys });
    await fillEveryType(trial.source);
    const taskQueue = 'copy-killed';
    let worker = await stage.ownWorker(context, { taskQueue });
    const migration = await trial.start(copying({ rate: slow, cutover: { fence: 'whole-copy' } }), { taskQueue });
    await migration.untilPhase('syncing');
    for (let kill = 0; kill < 3; kill++) {
      await new Promise(resolve => setTimeout(resolve, 1000 + kill * 700));
      await worker.kill();
      worker = await stage.ownWorker(context, { taskQueue });
    }
    await migration.until('the copy', status => status.canCutOver, 80_000);
    // What was on its way is done again, and no more: less than 2 s of work for each kill.
    const { cmdstat_restore = '' } = await trial.target.info('commandstats');
    const repeated = Number(/calls=(\d+)/.exec(cmdstat_restore)?.[1]) - Number(await trial.target.cli('DBSIZE'));
    expect(repeated).toBeLessThan(3 * 2 * slow.maxKeysPerSecond);
    await migration.update('cutover');
    await migration.until('the end', ({ phase }) => phase === 'keeping-source', 80_000);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('when the target restarts without what it had, with all of it', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys });
    const migration = await trial.start(copying({ rate: slow }));
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 1000);
    await trial.target.restart({ graceful: false, wipe: true });
    await migration.until('the copy', status => status.canCutOver, 80_000);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('to a cutover only after a new look at a target that has restarted since it was compared', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await migration.untilReady();
    await trial.target.restart({ graceful: false, wipe: true });
    await migration.update('cutover');
    const { blockers } = await migration.untilBlocked('TargetChanged');
    expect(blockers[0]?.message).toMatch(/restarted/);
    expect(await ownKeys(trial.target)).toEqual([]);
    await migration.update('retry');
    await migration.untilPhase('keeping-source');
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('when the target is full, after its operator has made room', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys, bytes: 3000 });
    const migration = await trial.start(copying({ accept: ['target-memory'] }));
    await trial.target.cli('CONFIG', 'SET', 'maxmemory', '10mb');
    const { blockers } = await migration.untilBlocked('TargetFull');
    expect(blockers[0]?.remedy).toMatch(/maxmemory/);
    await trial.target.cli('CONFIG', 'SET', 'maxmemory', '0');
    await migration.update('retry');
    await migration.until('the copy', status => status.canCutOver, 80_000);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('after a pause, and at another rate', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys });
    const migration = await trial.start(copying({ rate: slow }));
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 0);
    await migration.update('pause');
    const { progress } = await migration.untilPhase('paused');
    expect(progress.keysDone).toBeLessThan(keys);
    // The slices learn of it by their next heartbeat.
    await waitFor(standsStill, { what: 'the target to get no more keys', everyMs: 0 });
    const at = Date.now();
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.update('resume');
    await migration.until('the copy', status => status.canCutOver);
    // At the rate of before it would have taken longer.
    expect(Date.now() - at).toBeLessThan(((keys - (progress.keysDone ?? 0)) / slow.maxKeysPerSecond) * 1000);

    async function standsStill(): Promise<boolean> {
      const before = await trial.target.cli('DBSIZE');
      await new Promise(resolve => setTimeout(resolve, 1500));
      return (await trial.target.cli('DBSIZE')) === before;
    }
  });

  it('not after an abort in its middle, which leaves the source as it was', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys });
    const migration = await trial.start(copying({ rate: slow, cutover: { fence: 'whole-copy' } }));
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 0);
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await ownKeys(trial.target)).toEqual([]);
    const copied = await trial.target.cli('DBSIZE');
    await new Promise(resolve => setTimeout(resolve, 1000));
    expect(await trial.target.cli('DBSIZE')).toBe(copied);
  });
});

describe.concurrent('a copy is shared', () => {
  it('by several workers', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 400_000 });
    const taskQueue = 'copy-shared';
    const workers = [
      await stage.ownWorker(context, { taskQueue, name: 'one' }),
      await stage.ownWorker(context, { taskQueue, name: 'two' }),
    ];
    const migration = await trial.start(copying({ rate: { maxKeysPerSecond: 50_000 } }), { taskQueue });
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 0);
    const seen = new Set<string>();
    const onBoth = async () => {
      const { raw } = await migration.newest.describe();
      for (const { lastWorkerIdentity } of raw.pendingActivities ?? []) seen.add(lastWorkerIdentity ?? '');
      return [...seen].filter(name => name !== '').length === workers.length;
    };
    await waitFor(onBoth, { what: 'slices on both workers', timeoutMs: 30_000 });
    await migration.until('the copy', status => status.canCutOver, 80_000);
    const own = Number(await trial.target.cli('EXISTS', '__redis-migration:plan'));
    expect(Number(await trial.target.cli('DBSIZE')) - own).toBe(400_000);
  });

  it('by histories that follow one another', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys });
    const migration = await trial.start(copying({ rate: slow }));
    await migration.until('some keys', ({ progress }) => (progress.keysDone ?? 0) > 0);
    const runId = async () => (await migration.newest.describe()).runId;
    const first = await runId();
    while ((await runId()) === first) await migration.signal('setRate', slow);
    const { progress } = await migration.status();
    expect(progress.keysDone).toBeGreaterThan(0);
    await migration.signal('setRate', { maxKeysPerSecond: null });
    await migration.cutOver();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });
});

describe.concurrent('nothing is lost of what is not the migration’s to lose', () => {
  it('other databases of the target, whatever is compared, repaired and deleted', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    await fill(trial.target, { keys: 50, database: 1, prefix: 'mine' });
    const migration = await trial.start(copying({ cutover: { fence: 'park' }, verification: { repair: true } }));
    await migration.cutOver();
    const there = await dataOf(trial.target);
    expect(Object.keys(there).filter(key => key.startsWith('1/mine'))).toHaveLength(50);
    expect(Object.keys(there).filter(key => key.startsWith('0/'))).toHaveLength(100);
  });

  it('what a source that came back empty had given to the target', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start(copying({ cutover: { fence: 'park' } }));
    await migration.untilReady();
    await trial.source.restart({ graceful: false, wipe: true });
    await migration.update('cutover');
    const { blockers } = await migration.untilBlocked('SourceChanged');
    expect(blockers[0]?.remedy).toMatch(/deletes nothing/);
    expect(Object.keys(await dataOf(trial.target))).toHaveLength(100);
    // Nobody waits for a person behind a fence.
    expect(await takesWrites(trial.source)).toBe(true);
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(Object.keys(await dataOf(trial.target))).toHaveLength(100);
  });

  it('the source to a fence, when the target is gone for good', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const migration = await trial.start(copying({ cutover: { fence: 'whole-copy' } }));
    await migration.untilReady();
    await trial.target.kill();
    await migration.update('abort');
    await migration.untilBlocked('Unreachable');
    expect(await takesWrites(trial.source)).toBe(true);
  });

  it('a replica to a fence, which its master would not notice', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const replica = await startRedis();
    context.onTestFinished(() => replica.discard());
    await replica.cli('REPLICAOF', trial.source.host, String(trial.source.port));
    await waitFor(async () => (await replica.info('replication')).master_link_status === 'up', { what: 'the link' });
    const migration = await trial.start(copying({ source: { url: replica.url } }));
    await migration.untilReady();
    await migration.update('retry', { patch: { cutover: { fence: 'park' } } });
    await migration.update('cutover');
    await migration.untilBlocked('FenceUnsupported');
    expect((await replica.info('replication')).master_link_status).toBe('up');
  });
});
