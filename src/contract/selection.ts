import type { InputDraft } from './input-schema.js';
import { ownPrefix } from './own-prefix.js';

type Asked = Pick<InputDraft, 'filter' | 'rename'>;

/** Databases that are renamed although the filter leaves them out. */
export function renamedInVain({ filter, rename }: Asked): number[] {
  const selected = filter?.databases ?? [];
  const renamed = Object.keys(rename?.databases ?? {}).map(Number);
  return selected.length === 0 ? [] : renamed.filter(db => !selected.includes(db));
}

/**
 * Two databases of the source that would go to the same one of the target. Their keys could have the same names, which
 * is not known before all of both are read; so it is refused, and can be done in two migrations with `onConflict: fail`.
 */
export function meetingDatabases({ filter, rename }: Asked): { sources: [number, number]; target: number } | null {
  const targets = new Map(Object.entries(rename?.databases ?? {}).map(([from, to]) => [Number(from), to]));
  const filtered = filter?.databases ?? [];
  // Without a filter, what is not renamed keeps its number: it can only meet what is renamed to that.
  const selected = new Set(filtered.length > 0 ? filtered : [...targets.keys(), ...targets.values()]);
  const taken = new Map<number, number>();
  for (const db of [...selected].sort((one, other) => one - other)) {
    const target = targets.get(db) ?? db;
    const other = taken.get(target);
    if (other !== undefined) return { sources: [other, db], target };
    taken.set(target, db);
  }
  return null;
}

/** The keys would be taken for the product's own. */
export const looksLikeOurs = ({ rename }: Asked): boolean => rename?.prefix?.to.startsWith(ownPrefix) ?? false;
