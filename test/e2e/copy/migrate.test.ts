import { describe, expect, it } from 'vitest';
import { fill, fillEveryType, freePort, type RedisServer, startProxy } from '../../lab/index.js';
import { ownKeys, takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';
import { copying, dataOf } from './support.js';

const digestOf = (server: RedisServer) => server.cli('DEBUG', 'DIGEST');

const stage = useStage({ env: { TARGET_PASSWORD: 'secret-of-the-target' } });

const migrating = (changes: Parameters<typeof copying>[0] = {}) => copying({ method: 'migrate', ...changes });
const moving = (changes: Parameters<typeof copying>[0] = {}) => migrating({ migrate: { move: true }, ...changes });

/** MIGRATE tells how long a key has still to live: it lives longer by the time on the way. */
async function unhurried(server: RedisServer) {
  const found = Object.entries((await dataOf(server)) as Record<string, { expiresAt: number | null }>);
  return Object.fromEntries(
    found.map(([key, content]) => [key, { ...content, expiresAt: content.expiresAt !== null }]),
  );
}

describe.concurrent('a source that sends its keys itself', () => {
  it('carries every type in every database over, and leaves the source as it was', async context => {
    const trial = await stage.trial(context, { target: { password: 'secret-of-the-target' } });
    await fillEveryType(trial.source);
    const before = await dataOf(trial.source);
    const { target } = trial.input();
    const migration = await trial.start(
      migrating({ target: { ...target, password: 'env:TARGET_PASSWORD' }, accept: ['application-users'] }),
    );
    const { notes } = await migration.cutOver();
    expect(notes.join('\n')).toMatch(/Method migrate has no stream of changes/);
    await migration.update('complete');
    const { outcome, status, report } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.verification).toMatchObject({ verdict: 'consistent' });
    expect(JSON.stringify([status, report])).not.toContain('secret-of-the-target');
    expect(await unhurried(trial.target)).toEqual(await unhurried(trial.source));
    expect(await dataOf(trial.source)).toEqual(before);
    expect(await ownKeys(trial.source)).toEqual([]);
  });

  it('that does not find the target is stopped by a check that names what to change', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100 });
    const { target } = trial.input();
    const addressForPeer = `127.0.0.1:${await freePort()}`;
    const migration = await trial.start(migrating({ target: { ...target, addressForPeer } }));
    const { blockers } = await migration.untilBlocked('PreflightFailed');
    expect(blockers[0]).toMatchObject({ remedy: expect.stringContaining('target.addressForPeer') });
    await migration.update('retry', { patch: { target: { addressForPeer: trial.target.address } } });
    await migration.untilReady();
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });

  it('that loses the target in the middle asks the operator, and goes on', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 60_000 });
    const proxy = await startProxy({ to: trial.target });
    context.onTestFinished(() => proxy.close());
    const { target } = trial.input();
    const migration = await trial.start(
      migrating({ target: { ...target, addressForPeer: proxy.address }, rate: { maxKeysPerSecond: 15_000 } }),
    );
    await migration.until('keys to be moved', ({ progress }) => (progress.keysDone ?? 0) > 0);
    await proxy.cut();
    const { blockers } = await migration.untilBlocked('Unreachable');
    expect(blockers[0]?.message).toContain(proxy.address);
    await proxy.restore();
    await migration.update('retry');
    await migration.untilReady();
    // Besides its own mark.
    expect(await trial.target.cli('DBSIZE')).toBe('60001');
  });
});

describe.concurrent('a move', () => {
  it('leaves no key on the source, and its rollback copies them back as the target has them by then', async context => {
    const trial = await stage.trial(context);
    await fillEveryType(trial.source);
    await fill(trial.source, { keys: 3000, database: 3 });
    const before = await unhurried(trial.source);
    const migration = await trial.start(
      moving({ rename: { databases: { 3: 5, 5: 3 } }, verification: { staleAfter: '24h' } }),
    );
    const ready = await migration.untilReady();
    expect(ready.notes.join('\n')).toMatch(/Keys vanish from the source/);
    expect(ready.verification).toMatchObject({ verdict: 'consistent', different: 0 });
    expect(await dataOf(trial.source)).toEqual({});
    await migration.update('cutover');
    const { rollback } = await migration.untilPhase('keeping-source');
    expect(rollback).toMatchObject({ possible: true, why: expect.stringContaining('copies them back') });
    await trial.target.cli('SET', 'key-of-the-new-time', '1');
    await trial.source.cli('SET', 'string:int', 'of the source');
    await migration.update('rollback');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(status.notes.join('\n')).toMatch(/\d+ keys copied back/);
    expect(await takesWrites(trial.source)).toBe(true);
    const { '0/key-of-the-new-time': added, ...rest } = await unhurried(trial.source);
    expect(added).toBeDefined();
    expect(rest).toEqual(before);
  });

  it('that is aborted in the middle copies back what was moved, and leaves what the source has again', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 40_000 });
    const before = await digestOf(trial.source);
    const migration = await trial.start(moving({ rate: { maxKeysPerSecond: 8000 } }));
    await migration.until('keys to be moved', ({ progress }) => (progress.keysDone ?? 0) > 5000);
    const key = String((await trial.target.cli('KEYS', 'key:*')).split('\n')[0]);
    await trial.source.cli('SET', key, 'written again');
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.update('abort');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('aborted');
    expect(status.checklist.find(({ step }) => step === 'full-sync')?.state).toBe('undone');
    expect(await trial.source.cli('GET', key)).toBe('written again');
    await trial.source.cli('SET', key, await trial.target.cli('GET', key));
    expect(await digestOf(trial.source)).toBe(before);
    expect(Number(await trial.target.cli('DBSIZE'))).toBeGreaterThan(5000);
    expect(await ownKeys(trial.target)).toEqual([]);
  });

  it('says what is still on the source, and moves it when the operator has decided', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 2000 });
    const migration = await trial.start(moving({ verification: { staleAfter: '0s' } }));
    await migration.untilReady();
    await trial.source.cli('SET', 'key:7', 'written again');
    await trial.source.cli('SET', 'late', '1');
    await migration.update('cutover');
    const { blockers } = await migration.untilBlocked('VerificationFailed');
    expect(blockers[0]?.message).toMatch(/1 key is still on the source: "key:7"/);
    expect(await trial.target.cli('GET', 'late')).toBe('1');
    expect(await trial.target.cli('GET', 'key:7')).not.toBe('written again');
    await trial.target.cli('DEL', 'key:7');
    await migration.update('retry');
    await migration.untilPhase('keeping-source');
    expect(await trial.target.cli('GET', 'key:7')).toBe('written again');
    expect(await dataOf(trial.source)).toEqual({});
  });

  it('is not begun where the target has keys that its way back would carry to the source', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 100, prefix: 'app' });
    await trial.target.cli('SET', 'app:stranger', '1');
    await trial.target.cli('SET', 'other', '1');
    const migration = await trial.start(moving({ filter: { match: ['app:*'] } }));
    const { blockers } = await migration.untilBlocked('KeyConflict');
    expect(blockers[0]?.message).toMatch(/"app:stranger"/);
    expect(await trial.source.cli('DBSIZE')).toBe('100');
    await trial.target.cli('DEL', 'app:stranger');
    await migration.update('retry');
    await migration.untilReady();
    expect(await trial.target.cli('DBSIZE')).toBe('102');
  });

  it('whose target restarts says so, and whose workflow is gone tells where the keys are', async context => {
    const trial = await stage.trial(context, { target: { persistence: 'aof', config: { appendfsync: 'always' } } });
    await fill(trial.source, { keys: 20_000 });
    const migration = await trial.start(moving({ rate: { maxKeysPerSecond: 2000 } }));
    await migration.until('keys to be moved', ({ progress }) => (progress.keysDone ?? 0) > 2000);
    await trial.target.restart({ graceful: false });
    await migration.until('the note', ({ notes }) => notes.some(note => /target has restarted while keys/.test(note)));
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.untilReady();
    // Besides its own mark.
    expect(await trial.target.cli('DBSIZE')).toBe('20001');
    await migration.terminate();
    const { outcome, notes } = await trial.undo();
    expect(outcome).toBe('undone');
    expect(notes.join('\n')).toMatch(/on the target only \(migrate.move\)/);
  });

  it('whose target restarts empty asks once what was lost, and once more before it goes on without it', async context => {
    const trial = await stage.trial(context, { target: { persistence: 'none' } });
    await fill(trial.source, { keys: 20_000 });
    await fill(trial.source, { keys: 1000, database: 1 });
    const migration = await trial.start(moving({ rate: { maxKeysPerSecond: 4000 }, accept: ['target-persistence'] }));
    await migration.until('keys to be moved', ({ progress }) => (progress.keysDone ?? 0) > 4000);
    await trial.target.restart({ graceful: false });
    const lost = await migration.untilBlocked('TargetChanged');
    expect(lost.blockers[0]?.message).toMatch(/no longer on the source/);
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.update('retry');
    const short = await migration.untilBlocked('VerificationFailed');
    expect(short.blockers[0]?.message).toMatch(/of the \d+ that were moved there: \d+ are on neither side/);
    expect(await dataOf(trial.source)).toEqual({});
    await migration.update('retry');
    const { checklist } = await migration.untilReady();
    expect(checklist.find(({ step }) => step === 'verify')).toMatchObject({ state: 'warning' });
  });
});
