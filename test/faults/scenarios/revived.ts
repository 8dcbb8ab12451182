import { roleOf } from '../../e2e/support/snapshot.js';
import { now, waitFor } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** A server without a configuration file comes back as the master that it once was: no role could be written down. */
const unwritten = { configFile: false, persistence: 'aof', config: { appendfsync: 'always' } } as const;

/** The old source is killed in the rollback window, and comes back as a master: the watch parks it. */
export const revivedUnwritten = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: unwritten, target: unwritten, keys: 1 }, async round => {
    await round.begin();
    await round.cutOver();
    const { migration, source, target } = round;
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await source.restart({ graceful: false });
    const revivedAt = now();
    const parked = async () => (await roleOf(source)) !== 'master';
    await waitFor(parked, { what: 'the old source to be parked', everyMs: 5 });
    const parkedMs = Math.round((now() - revivedAt) / 1000);
    await round.untilWritten(target);
    const { rollback } = await migration.until('the way back to be judged', status => !status.rollback.possible);
    if (!/old source/.test(rollback.why)) throw new Error(`the status doesn't say why: ${rollback.why}`);
    const { acknowledged } = await round.settle({ master: target, moves: 1 });
    return { acknowledged, parkedMs };
  });
