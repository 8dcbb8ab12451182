import { setTimeout as sleep } from 'node:timers/promises';
import type { RespConnection } from '../resp/connection.js';
import type { Selection } from '../selection/selection.js';
import { byDatabase, differencesAmong } from './look-again.js';
import { secondLook } from './looking.js';
import type { VerificationMode } from './options.js';
import { Session } from './session.js';
import type { Suspect } from './suspects.js';

export interface SuspectBounds {
  /** Suspects beyond this are not looked at. */
  maxKeys: number;
  /** From now on. What is not compared then is unfinished. */
  deadlineMs: number;
  /** @default 1000 */
  ttlToleranceMs?: number;
  /** @default 0 */
  expiryShiftMs?: number | undefined;
  /** The verification's own. @default everything */
  selection?: Selection;
  /** The verification's own: with `keys`, values are not looked at. @default "full" */
  mode?: Exclude<VerificationMode, 'sample'>;
}

export interface SuspectsCompared {
  compared: number;
  /** As they are now. */
  different: Suspect[];
  /** Suspects that there was no time or no room for. */
  unfinished: number;
}

const groupSize = 64;

/**
 * Looks at suspects once, without waiting or looking again: for the moment when both servers stand still at the same
 * offset. After the deadline a command may still be on its way: both connections should then be closed. They end in
 * another database than they were in.
 * @throws MigrationError Unreachable, PermissionMissing
 */
export async function compareSuspects(
  source: RespConnection,
  target: RespConnection,
  suspects: readonly Suspect[],
  bounds: SuspectBounds,
): Promise<SuspectsCompared> {
  const result: SuspectsCompared = { compared: 0, different: [], unfinished: suspects.length };
  const stop = new AbortController();
  const work = compareAll(source, target, suspects.slice(0, bounds.maxKeys), bounds, stop.signal, result);
  const deadline = sleep(bounds.deadlineMs, undefined, { signal: stop.signal });
  for (const promise of [work, deadline]) promise.catch(() => {}); // The one that loses the race.
  try {
    await Promise.race([work, deadline]);
    return { ...result, different: [...result.different] };
  } finally {
    stop.abort();
  }
}

async function compareAll(
  source: RespConnection,
  target: RespConnection,
  suspects: readonly Suspect[],
  { ttlToleranceMs = 1000, expiryShiftMs, mode = 'full', selection }: SuspectBounds,
  signal: AbortSignal,
  result: SuspectsCompared,
): Promise<void> {
  const session = await Session.over(source, target, { ttlToleranceMs, expiryShiftMs, selection, signal });
  for (const [db, list] of byDatabase(suspects)) {
    await session.select(db);
    for (let at = 0; at < list.length; at += groupSize) {
      const group = list.slice(at, at + groupSize);
      const differences = await differencesAmong(session, secondLook(session, mode), group);
      signal.throwIfAborted();
      result.compared += group.length;
      result.unfinished -= group.length;
      for (const [key, { kind, evidence }] of differences) result.different.push({ db, key, kind, evidence });
    }
  }
}
