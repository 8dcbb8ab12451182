import { setTimeout as sleep } from 'node:timers/promises';
import { byDatabase } from './look-again.js';
import { lookThrough } from './look-through.js';
import { untilCaughtUp } from './replica.js';
import type { Run } from './scan-database.js';

const firstWaitMs = 100;
const longestWaitMs = 1000;

/**
 * A target that lags behind a busy source always differs somewhere. So each suspect is looked at again, round after
 * round; and a difference is one only if the source had the same in the look before: then the target had the time of
 * a round to get it. With repair each look comes after a mending.
 * @returns the ids of those that still differ, but go on changing on the source
 */
export async function settle(run: Run): Promise<Set<string>> {
  const { session, tally, options, report } = run;
  let changing = new Set<string>();
  for (let round = 0; round < options.rounds && tally.suspects.size > 0; round++) {
    // What is to be mended doesn't get better by waiting, but for what somebody writes at this moment.
    const hurry = run.repairer && (round === 0 || changing.size === 0);
    const waitMs = hurry ? 0 : Math.min(firstWaitMs * 3 ** round, longestWaitMs);
    await sleep(waitMs, undefined, session.signal ? { signal: session.signal } : {});
    await untilCaughtUp(session);
    changing = await lookAtAll(run);
    report();
  }
  return changing;
}

async function lookAtAll(run: Run): Promise<Set<string>> {
  const changing = new Set<string>();
  for (const [db, list] of byDatabase(run.tally.suspects.list())) {
    await run.session.select(db);
    for (const id of await lookThrough(run, db, list, run.tally.suspects)) changing.add(id);
  }
  return changing;
}
