import { judgeComparison } from './comparison.js';
import { inputShape } from './input-schema.js';
import { Problems } from './problems.js';
import { serverOf, verificationOf } from './read-input.js';
import { isObject, object } from './schema.js';
import { type VerifyPlan, verifySections } from './verification.js';

const { source, target, filter, rename, onConflict, rate, verification } = inputShape;
const readDraft = object({ source, target, filter, rename, onConflict, rate, verification });

export type ReadVerifyInput = { plan: VerifyPlan; problems: [] } | { plan: null; problems: string[] };

/** Leaves out what of a migration's input is none of a verification's, so that both take the same file. */
export const verifySectionsOf = (raw: unknown): unknown => {
  if (!isObject(raw)) return raw;
  const others = Object.keys(inputShape).filter(name => !(verifySections as readonly string[]).includes(name));
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !others.includes(name)));
};

/** Reads the argument of `redisVerification` as `readInput` reads a migration's. Never throws. */
export const readVerifyInput = (raw: unknown): ReadVerifyInput => {
  const problems = new Problems();
  const draft = readDraft(raw === undefined ? null : verifySectionsOf(raw), '', problems);
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
