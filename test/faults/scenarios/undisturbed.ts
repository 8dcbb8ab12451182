import { longestWait, now } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** A cutover under 8 writers to which nothing happens, and the way back, where it is wanted. */
export const undisturbed = (
  place: Place,
  { rollBack, ratePerWriter }: { rollBack: boolean; ratePerWriter: number },
): Promise<Record<string, number>> =>
  Round.run(place, { writers: { ratePerWriter } }, async round => {
    await round.begin();
    const { migration, source, target } = round;
    await migration.untilReady();
    const since = now();
    await migration.signal('cutover', {});
    await round.untilWritten(target);
    if (rollBack) {
      await migration.until('the way back', ({ rollback }) => rollback.possible);
      await migration.signal('rollback', {});
      await round.untilWritten(source);
    }
    const { journal, acknowledged } = await round.settle({
      master: rollBack ? source : target,
      moves: rollBack ? 2 : 1,
    });
    return {
      acknowledged,
      cutovers: 1,
      rollbacks: rollBack ? 1 : 0,
      waitedMs: Math.round(longestWait(journal.entries, { since }).ms),
    };
  });
