import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** In the full sync, ready for the cutover, or right after the promotion, before Temporal could be told of it. */
export type TemporalKill = 'syncing' | 'waiting' | 'promoted';

const downMs = 1500;

/** Temporal itself is killed and started again with its database; the migration goes on where it was. */
export const temporalKilled = (place: Place, when: TemporalKill): Promise<Record<string, number>> =>
  Round.run(place, when === 'syncing' ? { keys: 1500, syncMs: 1500 } : {}, async round => {
    await round.begin();
    const { migration, source, target } = round;
    if (when === 'syncing') await round.untilSyncing();
    else await migration.untilReady();
    const begun = now();
    if (when === 'promoted') {
      place.faults.arm(migration.id, 'promote', 'wait 300');
      await migration.signal('cutover', {});
      await place.faults.struck(migration.id, 'promote');
    }
    await killTemporal(place);
    if (when !== 'promoted') await round.cutOver();
    await round.untilWritten(target);
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await migration.signal('rollback', {});
    const outcome = await round.outcome();
    if (outcome !== 'rolled-back') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(source);
    const longestWait = { since: begun, withinMs: 10_000 };
    const { acknowledged, longestWaitMs } = await round.settle({ master: source, moves: 2, longestWait });
    return { acknowledged, longestWaitMs };
  });

export async function killTemporal({ temporal }: Place): Promise<void> {
  await temporal.kill();
  await sleep(downMs);
  await temporal.restart({ graceful: false });
}
