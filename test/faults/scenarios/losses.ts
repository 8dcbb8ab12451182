import { setTimeout as sleep } from 'node:timers/promises';
import { roleOf } from '../../e2e/support/snapshot.js';
import { audit, contents, fill, replicate, startRedis, waitFor } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** The source restarts without its data before the target has all of it: what there is now is not taken for all. */
export const cameBackEmptyInSync = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: { persistence: 'none' }, keys: 3000, syncMs: 3000 }, async round => {
    await round.begin({ accept: ['source-persistence'] });
    const { migration, source, target } = round;
    await round.untilSyncing();
    await source.restart({ graceful: false });
    const { canCutOver, checklist } = await migration.untilBlocked('SourceCameBackEmpty');
    const synced = checklist.some(({ step, state }) => step === 'full-sync' && state === 'passed');
    if (canCutOver || synced) throw new Error('an empty source was taken for the whole of the data');
    if ((await roleOf(target)) !== 'slave of 127.0.0.1:1') throw new Error(`the target is ${await roleOf(target)}`);
    return {};
  });

/** The source restarts without its data: the target keeps the last copy, and the operator is asked. */
export const cameBackEmpty = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: { persistence: 'none' }, keys: 3000 }, async round => {
    const accept = ['source-persistence'];
    await round.begin({ accept });
    const { migration, source, target } = round;
    await migration.untilReady();
    const { size } = await contents(target);
    await source.restart({ graceful: false });
    await migration.untilBlocked('SourceCameBackEmpty');
    const kept = (await contents(target)).size;
    if (kept < size) throw new Error(`the target has ${kept} of its ${size} keys`);
    if ((await roleOf(target)) !== 'slave of 127.0.0.1:1') throw new Error(`the target is ${await roleOf(target)}`);
    return { kept };
  });

/** The same, and nobody watches: the target does not follow it all the same. */
export const cameBackEmptyUnwatched = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: { persistence: 'none' }, keys: 3000 }, async round => {
    await round.begin({ accept: ['source-persistence'] });
    const { migration, source, target } = round;
    await migration.untilReady();
    await round.untilWritten(source);
    const { size } = await contents(target);
    await Promise.all(place.workers.map(worker => worker.kill()));
    await source.restart({ graceful: false });
    // A replica tries its master every second.
    await sleep(3000);
    const kept = (await contents(target)).size;
    await place.replaceDead();
    if (kept < size) throw new Error(`the target has ${kept} of its ${size} keys`);
    await migration.untilBlocked('SourceCameBackEmpty');
    if ((await contents(target)).size < size) throw new Error('the target was emptied once a worker was back');
    return { kept };
  });

/** The source is gone for good: the operator accepts the loss of what the target had not received. */
export const lostForGood = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, {}, async round => {
    await round.begin();
    const { migration, source, target } = round;
    await migration.untilReady();
    await source.kill();
    await migration.until('the loss to be seen', ({ canCutOver }) => !canCutOver);
    await migration.signal('cutover', { acceptLossBytes: 10_000_000 });
    await round.untilWritten(target);
    const { acknowledged } = await round.settle({ master: target, moves: 1, mayLose: true });
    return { acknowledged };
  });

/** The source has a replica already, which follows it behind the target. */
export const secondReplica = (place: Place): Promise<Record<string, number>> =>
  // What DEBUG POPULATE makes goes to replicas by a full sync only: it comes before this one attaches.
  Round.run(place, { keys: 0 }, async round => {
    const replica = await startRedis();
    try {
      await fill(round.source, { keys: 500, prefix: 'before' });
      await replicate({ from: round.source, to: replica });
      await round.begin();
      const { migration, target } = round;
      await round.cutOver();
      // By then it hears of the target's writes through the old source.
      await migration.until('the way back', ({ rollback }) => rollback.possible);
      await round.untilWritten(target);
      const { acknowledged, journal } = await round.settle({ master: target, moves: 1 });
      const wanted = (await contents(target)).size;
      const has = async () =>
        (await contents(replica)).size === wanted && (await audit(replica, journal)).lost.length === 0;
      await waitFor(has, { what: 'the second replica to have all that the target has' });
      return { acknowledged };
    } finally {
      await replica.discard();
    }
  });

/** An act of the cutover takes longer than the pause holds. */
export const pauseRanOut = (place: Place, act: 'fence' | 'park'): Promise<Record<string, number>> =>
  Round.run(place, {}, async round => {
    await round.begin({ cutover: { drainTimeout: '1s' } });
    const { migration, target } = round;
    await migration.untilReady();
    place.faults.arm(migration.id, act, 'wait 7500');
    await migration.signal('cutover', {});
    await place.faults.struck(migration.id, act);
    const { cutover } = await migration.until(
      'promoted, or ready again',
      status => status.cutover !== null || (status.canCutOver && status.fence.state === 'released'),
    );
    if (cutover === null) await migration.signal('cutover', {});
    await round.untilWritten(target);
    const { acknowledged } = await round.settle({ master: target, moves: 1 });
    return { acknowledged };
  });
