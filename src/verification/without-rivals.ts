import type { Looking } from './look.js';
import { onSource } from './present.js';
import type { Session } from './session.js';

/**
 * Where a prefix is renamed, what seems to be on the target only may be another key of the source under its new name:
 * that one is compared as such, and no extra.
 */
export const withoutRivals =
  (looking: Looking): Looking =>
  async (session, keys, look) => {
    const before = look.differences.length;
    await looking(session, keys, look);
    const found = look.differences.splice(before);
    const extra = found.filter(({ kind }) => kind === 'extra');
    const rivals = await haveRivals(
      session,
      extra.map(({ key }) => key),
    );
    const explained = new Set(extra.filter((_, index) => rivals.has(index)));
    look.compared -= explained.size;
    look.differences.push(...found.filter(difference => !explained.has(difference)));
  };

/** @returns the indexes of keys beside which the source has another selected one that is called so on the target */
export async function haveRivals(session: Session, keys: readonly Buffer[]): Promise<Set<number>> {
  const { selection } = session;
  if (!selection.renames) return new Set();
  const others = (key: Buffer) => selection.sourceKeys(selection.targetKey(key)).filter(name => !name.equals(key));
  return onSource(session, keys.map(others));
}
