import { describe, expect, it } from 'vitest';
import { audit, fill } from '../../lab/index.js';
import { dataOf } from '../copy/support.js';
import { ownKeys, takesWrites } from '../support/snapshot.js';
import { useStage } from '../support/stage.js';

const stage = useStage();

/** What managed services commonly take away. */
const gone = 'CONFIG ACL REPLICAOF SLAVEOF PSYNC SYNC SAVE BGSAVE BGREWRITEAOF LASTSAVE MIGRATE DEBUG SHUTDOWN CLUSTER';
const managed = { config: { 'rename-command': gone.replace(/\w+/g, '$& ""').replace(/" /g, '"\nrename-command ') } };

describe.concurrent('a target without CONFIG, ACL users and roles, as managed services are', () => {
  it('takes over without losing a write; there is no way back, and that is said before', async context => {
    const trial = await stage.trial(context, { target: managed });
    await fill(trial.source, { keys: 5000 });
    const writers = await trial.write({ count: 4, ratePerWriter: 300 });
    // Long enough for whatever asks it what it can't answer to be held against it.
    const migration = await trial.start({ method: 'live', observe: { duration: '3s', maxLatency: '10s' } });
    const ready = await migration.untilReady();
    expect(ready.notes.join()).toContain('There will be no way back');
    await migration.update('cutover');
    const kept = await migration.untilPhase('keeping-source');
    expect(kept.cutover?.writePauseMs).toBeLessThan(1000);
    await migration.until('what becomes of the way back', ({ rollback }) =>
      /neither fenced nor parked/.test(rollback.why),
    );
    expect(await takesWrites(trial.source)).toBe(false);
    await expect(migration.update('rollback')).rejects.toMatchObject({
      cause: { message: expect.stringContaining('The way back is lost') },
    });
    const { lost, duplicated, unexpected } = await audit(trial.target, await writers.stop());
    expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
    await migration.update('complete');
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('completed');
    expect(status.blockers).toEqual([]);
    expect(await ownKeys(trial.target)).toEqual(['0/__redis-migration:promoted']);
  });

  it('is left with what it has by an abort', async context => {
    const trial = await stage.trial(context, { target: managed });
    await fill(trial.source, { keys: 1000 });
    const migration = await trial.start({ method: 'live' });
    await migration.untilReady();
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await takesWrites(trial.source)).toBe(true);
    expect(await ownKeys(trial.target)).toEqual([]);
    expect(await dataOf(trial.target)).toEqual(await dataOf(trial.source));
  });
});
