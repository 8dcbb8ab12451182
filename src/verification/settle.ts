import { setTimeout as sleep } from 'node:timers/promises';
import { byDatabase, lookAgain } from './look-again.js';
import { secondLook } from './looking.js';
import type { VerificationMode } from './options.js';
import { untilCaughtUp } from './replica.js';
import type { Session } from './session.js';
import type { Suspects } from './suspects.js';

export interface Settling {
  session: Session;
  suspects: Suspects;
  mode: VerificationMode;
  rounds: number;
  onRound(): void;
}

const firstWaitMs = 100;
const longestWaitMs = 1000;

/**
 * A target that lags behind a busy source always differs somewhere. So each suspect is looked at again, round after
 * round; and a difference is one only if the source had the same in the look before: then the target had the time of
 * a round to get it.
 * @returns the ids of those that still differ, but go on changing on the source
 */
export async function settle({ session, suspects, mode, rounds, onRound }: Settling): Promise<Set<string>> {
  let changing = new Set<string>();
  for (let round = 0; round < rounds && suspects.size > 0; round++) {
    const waitMs = Math.min(firstWaitMs * 3 ** round, longestWaitMs);
    await sleep(waitMs, undefined, session.signal ? { signal: session.signal } : {});
    await untilCaughtUp(session);
    changing = await lookAtAll(session, suspects, mode);
    onRound();
  }
  return changing;
}

async function lookAtAll(session: Session, suspects: Suspects, mode: VerificationMode): Promise<Set<string>> {
  const changing = new Set<string>();
  for (const [db, list] of byDatabase(suspects.list())) {
    await session.select(db);
    const ids = await lookAgain(session, secondLook(session, mode), list, suspects);
    for (const id of ids) changing.add(id);
  }
  return changing;
}
