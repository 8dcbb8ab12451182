import type { MigrationPlan } from '../contract/plan.js';
import { Selection } from './selection.js';

/** The way back: which keys of the target may have come from the source, and where they were. Only where names are kept. */
export function reversedSelection({ filter, rename }: Pick<MigrationPlan, 'filter' | 'rename'>): Selection {
  if (rename?.prefix) throw new Error('names that have changed have no way back here');
  const databases = new Map(Object.entries(rename?.databases ?? {}).map(([from, to]) => [Number(from), to]));
  const back = Object.fromEntries([...databases].map(([from, to]) => [to, from]));
  const there = filter && { ...filter, databases: filter.databases.map(db => databases.get(db) ?? db) };
  return Selection.of({ filter: there, rename: { databases: back, prefix: null } });
}
