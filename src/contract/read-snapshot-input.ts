import { judgeSource } from './comparison.js';
import { plainText } from './fields.js';
import { inputShape } from './input-schema.js';
import { Problems } from './problems.js';
import { serverOf } from './read-input.js';
import { object, required } from './schema.js';
import type { SnapshotPlan } from './snapshot.js';

const readDraft = object({ source: inputShape.source, file: required(plainText(1, 1_024), '') });

export type ReadSnapshotInput = { plan: SnapshotPlan; problems: [] } | { plan: null; problems: string[] };

/** Reads the argument of `redisSnapshot` as `readInput` reads a migration's. Never throws. */
export const readSnapshotInput = (raw: unknown): ReadSnapshotInput => {
  const problems = new Problems();
  const draft = readDraft(raw === undefined ? null : raw, '', problems);
  judgeSource(draft, problems);
  const texts = problems.texts();
  if (texts.length > 0) return { plan: null, problems: texts };
  return { plan: { source: serverOf(draft.source), file: draft.file }, problems: [] };
};
