import { setTimeout as sleep } from 'node:timers/promises';
import { type Journal, longestWait, now, type RedisServer, type Window } from '../../lab/index.js';
import type { Fault } from '../support/faults.js';
import type { Place } from '../support/place.js';
import { Round } from '../support/round.js';

/** The acts of a cutover in their order, without a switch hook. */
export const cutoverActs = [
  ...(['guard', 'brace', 'fence', 'park', 'promote'] as const),
  ...(['release', 'record-primary', 'relink', 'record-standby'] as const),
];
export type CutoverAct = (typeof cutoverActs)[number];

export interface StruckCutover {
  /** @default by replication */
  method?: 'replication' | 'live';
  forward: { act: CutoverAct; fault: Fault };
  back: { act: CutoverAct; fault: Fault };
}

/** A cutover and a rollback, in each of which the worker dies or stops after an act and another one takes over. */
export const struckCutover = (
  place: Place,
  { forward, back, method = 'replication' }: StruckCutover,
): Promise<Record<string, number>> =>
  Round.run(place, { input: { method } }, async round => {
    await round.begin();
    const { migration } = round;
    await migration.untilReady();
    const begun = now();
    await struck(round, forward, () => migration.signal('cutover', {}), round.target);
    await migration.until('the way back', ({ rollback }) => rollback.possible);
    await place.replaceDead();
    const turned = now();
    await struck(round, back, () => migration.signal('rollback', {}), round.source);
    const outcome = await round.outcome();
    if (outcome !== 'rolled-back') throw new Error(`it ended as ${outcome}`);
    await round.untilWritten(round.source);
    const { journal, acknowledged } = await round.settle({ master: round.source, moves: 2 });
    return {
      acknowledged,
      forwardMs: waited(journal, { since: begun, until: turned }),
      backMs: waited(journal, { since: turned }),
    };
  });

/** Sends the consent, and waits until the fault has struck and the other server takes writes all the same. */
export async function struck(
  round: Round,
  { act, fault }: { act: CutoverAct; fault: Fault },
  consent: () => Promise<void>,
  master: RedisServer,
): Promise<void> {
  const { place, migration } = round;
  place.faults.arm(migration.id, act, fault);
  await consent();
  const pid = await place.faults.struck(migration.id, act);
  await round.untilWritten(master, 30_000);
  if (fault !== 'stop') return;
  await sleep(500);
  place.workerOf(pid).thaw();
}

const waited = (journal: Journal, window: Window): number => Math.round(longestWait(journal.entries, window).ms);
