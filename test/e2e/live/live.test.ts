import { describe, expect, it } from 'vitest';
import { audit, fill, fillEveryType, serverVersions } from '../../lab/index.js';
import { dataOf } from '../copy/support.js';
import { ownKeys, roleOf, takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';

const stage = useStage();
const live = { method: 'live', observe: { duration: '0s', maxLatency: '10s' } } as const;

describe.concurrent('a target that a worker feeds (RedisShake 468, 582, 709, 118, 294, 326, 626)', () => {
  it('has every type in every database, takes over from the source, and keeps nothing of the migration', async context => {
    const trial = await stage.trial(context);
    await fillEveryType(trial.source);
    await trial.source.cli('SET', 'expiring', 'x', 'PX', '3600000');
    const migration = await trial.start(live);
    const ready = await migration.untilReady();
    expect(ready.method).toBe('live');
    expect(await roleOf(trial.target)).toBe('master');
    await migration.update('cutover');
    const kept = await migration.untilPhase('keeping-source');
    expect(kept.cutover?.writePauseMs).toBeLessThan(1000);
    expect(await takesWrites(trial.source)).toBe(false);
    await migration.until('the expiries', ({ notes }) => notes.some(note => /The expiries of/.test(note)));
    await migration.update('complete');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.verification).toMatchObject({ verdict: 'consistent' });
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
    const [there, here] = await Promise.all([trial.target, trial.source].map(it => it.cli('PEXPIRETIME', 'expiring')));
    expect(there).toBe(here);
    expect(await ownKeys(trial.target)).toEqual(['0/__redis-migration:promoted']);
  });

  it('loses no write that was acknowledged, and has none twice', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 20_000 });
    const writers = await trial.write({ count: 4, ratePerWriter: 500 });
    const migration = await trial.start(live);
    await migration.untilReady();
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
  });

  it('is left with what it has by an abort, and the source goes on', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 1000 });
    const migration = await trial.start(live);
    await migration.untilReady();
    await migration.update('abort');
    const { outcome } = await migration.result();
    expect(outcome).toBe('aborted');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await ownKeys(trial.target)).toEqual([]);
    expect(await ownKeys(trial.source)).toEqual([]);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('may have been begun before: what an attempt or a migration has left there is not in the way', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    await trial.target.cli('SET', '__redis-migration:left', 'by an earlier attempt');
    const migration = await trial.start(live);
    await migration.untilReady();
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
  });

  it('goes on after its worker was killed', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 20_000 });
    const taskQueue = 'live-killed';
    const worker = await stage.ownWorker(context, { taskQueue });
    const writers = await trial.write({ count: 2, ratePerWriter: 300 });
    const migration = await trial.start(live, { taskQueue });
    await migration.untilReady();
    for (let kill = 0, running = worker; kill < 2; kill++) {
      await running.kill();
      running = await stage.ownWorker(context, { taskQueue });
      await new Promise(resolve => setTimeout(resolve, 1500));
    }
    await migration.untilReady();
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
  });
});

describe.concurrent('the way back of a target that was fed', () => {
  it('carries what was written there to the old source, and loses nothing', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 2000 });
    const writers = await trial.write({ count: 2, ratePerWriter: 200 });
    const migration = await trial.start(live);
    await migration.untilReady();
    await migration.update('cutover');
    await migration.untilPhase('keeping-source');
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await trial.target.cli('SET', 'written-after-the-cutover', '1', 'PX', '3600000');
    await migration.update('rollback');
    const { outcome } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await takesWrites(trial.target)).toBe(false);
    const { lost, duplicated, unexpected } = await audit(trial.source, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
    expect(await trial.source.cli('GET', 'written-after-the-cutover')).toBe('1');
    expect(await ownKeys(trial.source)).toEqual([]);
  });
});

describe.concurrent('a source that is gone for good before the cutover of a fed target', () => {
  it('is left behind where the operator accepts the loss', { timeout: 120_000 }, async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 500 });
    const migration = await trial.start(live);
    await migration.untilReady();
    await trial.source.kill();
    await migration.untilBlocked('SourceLost');
    await migration.update('cutover', { acceptLossBytes: 100_000 });
    await migration.untilPhase('keeping-source');
    expect(await takesWrites(trial.target)).toBe(true);
    expect((await ownKeys(trial.target)).includes('0/__redis-migration:promoted')).toBe(true);
    expect(await trial.target.cli('GET', 'key:1')).not.toBe('');
  });
});

describe.concurrent('a migration by live whose workflow was terminated', () => {
  it('is undone: the source goes on, nobody feeds the target, and nothing is left on either', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 500 });
    const migration = await trial.start(live);
    await migration.untilReady();
    await migration.terminate();
    const { outcome } = await trial.undo();
    expect(outcome).toBe('undone');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await takesWrites(trial.target)).toBe(true);
    expect([...(await ownKeys(trial.source)), ...(await ownKeys(trial.target))]).toEqual([]);
    await trial.source.cli('SET', 'written-afterwards', '1');
    expect(await trial.target.cli('EXISTS', 'written-afterwards')).toBe('0');
  });
});

describe.skipIf(!serverVersions().includes('8.0'))('an older target', () => {
  it('gets what it can hold, and what it can not is told by name', async context => {
    const trial = await stage.trial(context, { source: { version: '8.0' }, target: { version: '7.0' } });
    await trial.source.cli('HSET', 'session', 'field', 'value');
    await trial.source.cli('HPEXPIRE', 'session', '3600000', 'FIELDS', '1', 'field');
    const migration = await trial.start({ ...live, accept: ['hash-field-ttl', 'versions'] });
    const unheld = ({ notes }: { notes: string[] }) =>
      notes.some(note => /can't hold: hash .*session.*expiry/.test(note));
    await migration.until('what it can not hold', unheld);
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await trial.target.cli('HGET', 'session', 'field')).toBe('value');
  });
});
