import { setTimeout as sleep } from 'node:timers/promises';
import { roleOf, takesWrites } from '../../e2e/support/snapshot.js';
import { audit } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import type { Round } from '../support/round.js';
import { overProxies } from './link.js';

/** No write of the writers is shorter in the replication stream. */
const leastBytes = 20;
/**
 * The source is lost for good with writes that the target never received: a bound one byte below what is missing is
 * refused, and the very bound promotes and loses no more.
 */
export const lossWithinBound = (place: Place): Promise<Record<string, number>> =>
  overProxies(place, async (round, { toSource }) => {
    const { migration, source, target } = round;
    await migration.untilReady();
    // No PING is to move the offset while the test reads it.
    await source.cli('CONFIG', 'SET', 'repl-ping-replica-period', '3600');
    toSource.stall();
    await round.untilWritten(source);
    await sleep(300);
    const journal = await round.writers.stop();
    await sleep(1000); // the watch has seen where the source stands
    const missing = (await offset(source, 'master_repl_offset')) - (await offset(target, 'slave_repl_offset'));
    await source.kill();
    await toSource.cut();
    await migration.until('the loss to be seen', ({ canCutOver }) => !canCutOver);
    await refused(round, missing);
    await migration.signal('cutover', { acceptLossBytes: missing });
    await migration.until('promoted', ({ cutover }) => cutover !== null);
    if (!(await takesWrites(target))) throw new Error('the target takes no writes');
    const { lost, duplicated, unexpected } = await audit(target, journal);
    const wrong = [...duplicated, ...unexpected];
    if (wrong.length > 0) throw new Error(`duplicated or unexpected: ${JSON.stringify(wrong.slice(0, 5))}`);
    if (lost.length === 0) throw new Error('nothing was lost: the test is no test');
    if (lost.length * leastBytes > missing) throw new Error(`${lost.length} writes lost in ${missing} bytes`);
    return { missing, lost: lost.length };
  });

/** Nothing is promoted, and the operator is told how much it would be. */
async function refused({ migration, target }: Round, missing: number): Promise<void> {
  await migration.signal('cutover', { acceptLossBytes: missing - 1 });
  const asks = new RegExp(`misses ${missing} bytes`);
  await migration.until('the refusal', ({ blockers }) => blockers.some(({ message }) => asks.test(message)));
  if ((await roleOf(target)) === 'master') throw new Error('the target was promoted all the same');
}

const offset = async (server: Round['source'], field: string): Promise<number> =>
  Number((await server.info('replication'))[field]);
