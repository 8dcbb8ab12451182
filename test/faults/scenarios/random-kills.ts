import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../soak/random.js';
import { now } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';
import { cutoverActs } from './crash.js';

/** One migration whose worker is killed three times, each at a random moment: in the full sync, waiting, cutting over. */
export const killedAtRandom = (place: Place, random: Random): Promise<Record<string, number>> =>
  Round.run(place, { keys: 1500, syncMs: 1500 }, async round => {
    await round.begin();
    const { migration, target } = round;
    await round.untilSyncing();
    await killBusy(round, random.integer(0, 1500));
    await migration.untilReady();
    await killBusy(round, random.integer(0, 2000));
    await place.replaceDead();
    await migration.untilReady();
    const begun = now();
    const act = random.pick(cutoverActs);
    place.faults.arm(migration.id, act, `kill ${random.integer(0, 8)}`);
    await migration.signal('cutover', {});
    await place.faults.struck(migration.id, act);
    await round.untilWritten(target, 30_000);
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    const longestWait = { since: begun, withinMs: 10_000 };
    const { acknowledged, longestWaitMs } = await round.settle({ master: target, moves: 1, longestWait });
    return { acknowledged, longestWaitMs };
  });

/** The worker that has the migration in hand, and not just any. */
export async function killBusy({ place, migration }: Round, afterMs: number): Promise<void> {
  await sleep(afterMs);
  await (await place.workerBusyWith(migration.id)).kill();
}
