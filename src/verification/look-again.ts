import { KeyBatch } from '../keys/key-batch.js';
import { Look, type Looking } from './look.js';
import type { Session } from './session.js';
import { idOf, keyOf, type Suspect, type Suspects } from './suspects.js';

/** Few enough that a look is short, for whoever waits with a deadline. */
const groupSize = 256;

/**
 * Looks again at suspects of the selected database. Those that are equal now are dropped, the others keep what they
 * are now.
 * @returns which are equal now, and the ids of those that still differ, and which the source has changed since the look
 * before
 */
export async function lookAgain(
  session: Session,
  looking: Looking,
  list: readonly Suspect[],
  suspects: Suspects,
): Promise<{ equal: Suspect[]; changing: Set<string> }> {
  const equal: Suspect[] = [];
  const changing = new Set<string>();
  for (let at = 0; at < list.length; at += groupSize) {
    const group = list.slice(at, at + groupSize);
    await session.throttle.takeKeys(group.length);
    const now = await differencesAmong(session, looking, group);
    for (const suspect of group) {
      const difference = now.get(suspect.key);
      if (!difference) {
        suspects.delete(suspect);
        equal.push(suspect);
      } else if (suspects.add(suspect.db, difference) && difference.evidence !== suspect.evidence)
        changing.add(idOf(suspect));
    }
  }
  return { equal, changing };
}

/** What differs now, by the key in base64. */
export async function differencesAmong(session: Session, looking: Looking, group: readonly Suspect[]) {
  const look = new Look();
  await looking(session, KeyBatch.of(group.map(keyOf)), look);
  return new Map(look.differences.map(difference => [difference.key.toString('base64'), difference]));
}

/** By database, in order. */
export function byDatabase(list: readonly Suspect[]): [number, Suspect[]][] {
  const groups = new Map<number, Suspect[]>();
  for (const suspect of list) groups.set(suspect.db, [...(groups.get(suspect.db) ?? []), suspect]);
  return [...groups].sort(([one], [other]) => one - other);
}
