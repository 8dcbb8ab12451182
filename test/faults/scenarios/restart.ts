import { setTimeout as sleep } from 'node:timers/promises';
import type { MigrationStatus } from '../../../src/contract/status.js';
import { roleOf } from '../../e2e/support/snapshot.js';
import { type RedisOptions, type RedisServer, waitFor } from '../../lab/index.js';
import type { Place } from '../support/place.js';
import { Round, type RoundOptions } from '../support/round.js';

export interface Restart {
  who: 'source' | 'target';
  /** In the full sync, ready for the cutover, fenced or parked in its middle, or in the rollback window. */
  when: 'syncing' | 'waiting' | 'fenced' | 'parked' | 'afterwards';
  downMs: number;
  /** The source comes back as it was saved some time before: behind the fence the target has all that is missing there. */
  forgets?: true;
  /** The cutover is given up, and the source taken as it came back. */
  givenUp?: true;
}

/** What a server acknowledged, it has after a crash too: otherwise it would itself be what loses writes. */
export const durable: RedisOptions = { persistence: 'aof', config: { appendfsync: 'always' } };

/** A server is killed and started again; the migration comes to its end all the same, and by itself where it can. */
export const restarted = (place: Place, restart: Restart): Promise<Record<string, number>> =>
  Round.run(place, optionsOf(restart), async round => {
    await round.begin();
    if (restart.when === 'syncing') await round.untilSyncing();
    else await round.migration.untilReady();
    if (restart.forgets) await saveAndWriteOn(round);
    if (restart.when === 'syncing' || restart.when === 'waiting') await whileWaiting(round, restart);
    if (restart.when === 'fenced') await inTheMiddle(round, restart, 'fence');
    if (restart.when === 'parked') await inTheMiddle(round, restart, 'park');
    if (restart.when === 'afterwards') await afterwards(round, restart);
    if (restart.givenUp) return expectTakenBack(round);
    const { acknowledged } = await round.settle({ master: round.target, moves: 1 });
    await expectServing(round);
    return { acknowledged };
  });

const optionsOf = (restart: Restart): RoundOptions => ({
  source: restart.forgets ? {} : durable,
  target: durable,
  // After an abort the target is a master of its own.
  sourceOnly: restart.givenUp ?? false,
  ...sizes(restart),
});

/** What fills a server isn't in its append-only file at first: the writers' keys are. */
const sizes = ({ when }: Restart) => (when === 'syncing' ? { keys: 1500, syncMs: 1500 } : { keys: 1 });

async function whileWaiting(round: Round, restart: Restart): Promise<void> {
  await killAndStart(round[restart.who], restart.downMs);
  await round.untilWritten(round.source);
  await round.cutOver();
  const { notes, blockers } = await round.migration.status();
  if (blockers.length > 0 || /Retry/.test(notes.join())) throw new Error('it did not go on by itself');
}

/**
 * Nothing was promoted, so the source goes on, and the next consent succeeds; or the target is the master already; or
 * the source came back and can't prove that it lacks nothing: the target, which had caught up, is taken with no loss, or
 * the cutover is given up.
 */
async function inTheMiddle(round: Round, restart: Restart, act: 'fence' | 'park'): Promise<void> {
  const { place, migration } = round;
  place.faults.arm(migration.id, act, 'wait 500');
  await migration.signal('cutover', {});
  await place.faults.struck(migration.id, act);
  if (!restart.givenUp) await untilDrained(round);
  await round[restart.who].kill();
  await sleep(restart.downMs);
  await round[restart.who].restart({ graceful: false });
  const isBlocked = (it: MigrationStatus) => it.blockers.some(({ type }) => type === 'SourceLost');
  const { cutover, canCutOver } = await migration.until(
    'ready again, promoted, or asking',
    it => it.canCutOver || it.cutover !== null || isBlocked(it),
  );
  if (restart.givenUp) return migration.signal('abort', {});
  if (cutover === null) await migration.signal('cutover', canCutOver ? {} : { acceptLossBytes: 0 });
  await migration.until('promoted', it => it.cutover !== null);
  await round.untilWritten(round.target);
}

/** Behind the fence, the target soon has all that was acknowledged. */
const untilDrained = ({ source, target }: Round) =>
  waitFor(async () => (await positionOf(source)) === (await positionOf(target)), { what: 'the target to have it all' });

async function positionOf(server: RedisServer): Promise<string | undefined> {
  const { role, master_repl_offset, slave_repl_offset } = await server.info('replication');
  return role === 'master' ? master_repl_offset : slave_repl_offset;
}

async function expectTakenBack(round: Round): Promise<Record<string, number>> {
  const outcome = await round.outcome();
  if (outcome !== 'aborted') throw new Error(`it ended as ${outcome}`);
  await round.untilWritten(round.source);
  const { acknowledged } = await round.settle({ master: round.source, moves: 0 });
  return { acknowledged };
}

async function saveAndWriteOn(round: Round): Promise<void> {
  await waitFor(() => round.source.cli('SAVE'), { what: 'a save that no other is in the way of' });
  await round.untilWritten(round.source);
}

async function afterwards(round: Round, restart: Restart): Promise<void> {
  await round.cutOver();
  const server = round[restart.who];
  await killAndStart(server, restart.downMs);
  for (let look = 0; look < 30; look++, await sleep(100)) await expectRoles(round);
  await round.untilWritten(round.target);
}

export async function killAndStart(server: RedisServer, downMs: number): Promise<void> {
  await server.kill();
  await sleep(downMs);
  await server.restart({ graceful: false });
}

async function expectRoles({ source, target }: Round): Promise<void> {
  if ((await roleOf(source)) === 'master') throw new Error('the old source is a master again');
  if ((await roleOf(target)) !== 'master') throw new Error(`the target is ${await roleOf(target)}`);
}

async function expectServing(round: Round): Promise<void> {
  await expectRoles(round);
  const { phase, blockers } = await round.migration.status();
  if (phase === 'cutting-over' || phase === 'ready-for-cutover')
    throw new Error(`the status is behind: ${phase}, ${JSON.stringify(blockers)}`);
}

/** The target dies on the way back, right after the old source was promoted: it must not come back to take writes beside it. */
export const restartedRolledBack = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: durable, target: durable, keys: 1 }, async round => {
    await toRollback(round, 'promote');
    await killAndStart(round.target, 1500);
    const outcome = await round.outcome();
    if (outcome !== 'rolled-back') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(round.source);
    if ((await roleOf(round.target)) === 'master') throw new Error('the target is a master beside the source');
    const { acknowledged } = await round.settle({ master: round.source, moves: 2 });
    return { acknowledged };
  });

/** The target restarts on the way back, before anything was promoted: it may be taken as it came back. */
export const restartedCompleted = (place: Place): Promise<Record<string, number>> =>
  Round.run(place, { source: durable, target: durable, keys: 1 }, async round => {
    await toRollback(round, 'fence');
    await killAndStart(round.target, 100);
    await round.migration.until('the operator to be asked', it =>
      it.blockers.some(({ type, remedy }) => type === 'TargetLost' && remedy.includes("'complete'")),
    );
    await round.migration.signal('complete');
    const outcome = await round.outcome();
    if (outcome !== 'completed') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(round.target);
    const { acknowledged } = await round.settle({ master: round.target, moves: 1 });
    return { acknowledged };
  });

async function toRollback(round: Round, act: 'fence' | 'promote'): Promise<void> {
  await round.begin();
  const { place, migration } = round;
  await migration.untilReady();
  await round.cutOver();
  await migration.until('the way back', ({ rollback }) => rollback.possible);
  place.faults.arm(migration.id, act, 'wait 500');
  await migration.signal('rollback', {});
  await place.faults.struck(migration.id, act);
}
