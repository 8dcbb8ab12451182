import { lookAgain } from './look-again.js';
import { secondLook } from './looking.js';
import type { Run } from './scan-database.js';
import { idOf, type Suspect, type Suspects } from './suspects.js';

/**
 * Looks again at suspects of the selected database, and with repair mends them before. Those that are equal now are
 * dropped from the list.
 * @returns the ids of those that still differ, and which the source has changed since the look before
 */
export async function lookThrough(
  { session, options, tally, repairer }: Run,
  db: number,
  list: readonly Suspect[],
  suspects: Suspects,
): Promise<Set<string>> {
  const mended = await repairer?.repair(db, list);
  const { equal, changing } = await lookAgain(session, secondLook(session, options.mode), list, suspects);
  if (mended) tally.countRepaired(equal.filter(suspect => mended.has(idOf(suspect))).length);
  return changing;
}
