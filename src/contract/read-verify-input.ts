import { judgeComparison } from './comparison.js';
import { inputShape } from './input-schema.js';
import { Problems } from './problems.js';
import { serverOf, verificationOf } from './read-input.js';
import { object } from './schema.js';
import type { VerifyPlan } from './verification.js';

const { source, target, filter, rename, onConflict, rate, verification } = inputShape;
const readDraft = object({ source, target, filter, rename, onConflict, rate, verification });

export type ReadVerifyInput = { plan: VerifyPlan; problems: [] } | { plan: null; problems: string[] };

/** Reads the argument of `redisVerification` as `readInput` reads a migration's. Never throws. */
export const readVerifyInput = (raw: unknown): ReadVerifyInput => {
  const problems = new Problems();
  const draft = readDraft(raw === undefined ? null : raw, '', problems);
  judgeComparison(draft, problems);
  if (draft.verification.mode === 'none')
    problems.add('verification.mode', '"none" compares nothing; available: full, sample, keys');
  if (draft.verification.repair && draft.verification.mode !== 'full')
    problems.add('verification.repair', 'only with mode full, which looks at all of every key');
  const texts = problems.texts();
  if (texts.length > 0) return { plan: null, problems: texts };
  const servers = {
    source: serverOf(draft.source),
    target: { ...serverOf(draft.target), ifNotEmpty: draft.target.ifNotEmpty },
  };
  return { plan: { ...draft, ...servers, verification: verificationOf(draft.verification) }, problems: [] };
};
