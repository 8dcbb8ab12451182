import { judge } from './contradictions.js';
import { availableMethods, type Method } from './input.js';
import { type InputDraft, readDraft, type ServerDraft } from './input-schema.js';
import type { MigrationPlan, ServerPlan } from './plan.js';
import { Problems } from './problems.js';

export type ReadInput = { plan: MigrationPlan; problems: [] } | { plan: null; problems: string[] };

/**
 * Reads the workflow's argument, whatever it is. Either a plan, or every problem at once: `path: what was expected, what
 * came`. Never throws; a problem never shows a password, a url or what else may hold a secret. `auto` becomes a method
 * when this version has only one.
 */
export const readInput = (raw: unknown, available: readonly Method[] = availableMethods): ReadInput => {
  const problems = new Problems();
  const draft = readDraft(raw === undefined ? null : raw, '', problems);
  judge(draft, available, problems);
  const texts = problems.texts();
  return texts.length > 0 ? { plan: null, problems: texts } : { plan: planOf(draft, available), problems: [] };
};

const planOf = ({ keepSourceFor, ...draft }: InputDraft, available: readonly Method[]): MigrationPlan => ({
  ...draft,
  source: serverOf(draft.source),
  target: { ...serverOf(draft.target), ifNotEmpty: draft.target.ifNotEmpty },
  method: methodOf(draft.method, available),
  verification: verificationOf(draft.verification),
  cutover: cutoverOf(draft.cutover),
  observe: observeOf(draft.observe),
  keepSourceForMs: keepSourceFor,
  accept: [...new Set(draft.accept)],
});

const methodOf = (method: InputDraft['method'], [first, ...others]: readonly Method[]): Method | 'auto' =>
  method === 'auto' && first !== undefined && others.length === 0 ? first : method;

export const serverOf = ({ url, username, password, tls, addressForPeer }: ServerDraft): ServerPlan => ({
  host: url.host,
  port: url.port,
  username,
  password,
  tls: url.encrypted ? (tls ?? {}) : null,
  addressForPeer: addressForPeer ?? { host: url.host, port: url.port },
});

export const verificationOf = ({ ttlTolerance, staleAfter, ...rest }: InputDraft['verification']) => ({
  ...rest,
  ttlToleranceMs: ttlTolerance,
  staleAfterMs: staleAfter,
});

const cutoverOf = ({ drainTimeout, ...rest }: InputDraft['cutover']) => ({ ...rest, drainTimeoutMs: drainTimeout });

const observeOf = ({ duration, ...rest }: InputDraft['observe']) => ({ ...rest, durationMs: duration });
