import { setTimeout as sleep } from 'node:timers/promises';
import { ownKeys, roleOf, snapshot, takesWrites } from '../../e2e/support/snapshot.js';
import { now } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** Longer than any heartbeat timeout of the cutover: by then the stopped worker's attempt has been given up. */
const stoppedMs = 3000;

/**
 * The workflow itself must get to another worker here: a stopped one is given 4 s for a workflow task, and it may have
 * taken two, and activities besides. Only then the source is let go.
 */
const withinMs = 30_000;

/**
 * A worker is stopped in the middle of a cutover, the source parked by it. The operator gives the cutover up while it
 * is stopped; it goes on when all is over, and must do nothing any more.
 */
export const withdrawnWhileStopped = (place: Place, by: 'abort' | 'undo'): Promise<Record<string, number>> =>
  // In the end the target is a master of its own, as said in status: no application may write there then.
  Round.run(place, { sourceOnly: true }, async round => {
    const before = await snapshot(round.source);
    await round.begin();
    await round.migration.untilReady();
    const begun = now();
    const pid = by === 'abort' ? await abortParked(round) : await undoParked(round);
    await sleep(stoppedMs);
    place.workerOf(pid).thaw();
    await sleep(1500);
    if (!(await takesWrites(round.source))) throw new Error('the source takes no writes');
    const longestWait = { since: begun, withinMs };
    const { acknowledged, longestWaitMs } = await round.settle({ master: round.source, moves: 0, longestWait });
    const { role, config, acl } = await snapshot(round.source);
    const differences = [
      role === before.role ? '' : `its role is ${role}`,
      JSON.stringify(config) === JSON.stringify(before.config) ? '' : 'its settings differ',
      JSON.stringify(acl) === JSON.stringify(before.acl) ? '' : `its users are ${acl.join('; ')}`,
      (await ownKeys(round.source)).join(),
      (await roleOf(round.target)) === 'master' ? '' : `the target is ${await roleOf(round.target)}`,
    ].filter(text => text !== '');
    if (differences.length > 0) throw new Error(`the source is not as before: ${differences.join(', ')}`);
    return { acknowledged, longestWaitMs };
  });

/** The abort is taken by the workflow first: else another worker would rightly end the cutover. Resolves to the stopped worker. */
async function abortParked(round: Round): Promise<number> {
  const { place, migration } = round;
  place.faults.arm(migration.id, 'park', 'wait 5000');
  await migration.signal('cutover', {});
  const pid = await place.faults.struck(migration.id, 'park');
  await migration.update('abort', { reason: 'the worker is stopped' });
  place.workerOf(pid).freeze();
  const outcome = await round.outcome();
  if (outcome !== 'aborted') throw new Error(`it ended as ${outcome}`);
  return pid;
}

async function undoParked(round: Round): Promise<number> {
  const { place, migration, trial } = round;
  place.faults.arm(migration.id, 'park', 'stop');
  await migration.signal('cutover', {});
  const pid = await place.faults.struck(migration.id, 'park');
  await migration.terminate();
  const { outcome } = await trial.undo();
  if (outcome !== 'undone') throw new Error(`the undo came to: ${outcome}`);
  return pid;
}
