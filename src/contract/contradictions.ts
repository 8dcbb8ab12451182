import { type Contradiction, judgeBy, type Methods, ofComparison } from './comparison.js';
import type { Method } from './input.js';
import type { InputDraft } from './input-schema.js';
import { fencesOf, methodTraits } from './methods.js';
import { ofMigrate } from './migrate-contradictions.js';
import type { Problems } from './problems.js';

/** Adds every contradiction whose fields were all readable. */
export const judge = (draft: InputDraft, available: readonly Method[], problems: Problems): void => {
  const methods = { available, possible: draft.method === 'auto' ? available : [draft.method] };
  judgeBy(contradictions, draft, methods, problems);
};

const onlyReplication = ({ possible }: Methods): boolean => possible.every(method => method === 'replication');

const notWithReplication = (path: string, why: string, given: (draft: InputDraft) => boolean): Contradiction => ({
  paths: [path, 'method'],
  found: (draft, methods) => onlyReplication(methods) && given(draft),
  text: ({ method }, { available }) =>
    `not with method replication: ${why}` +
    (method === 'auto' ? `; "auto" has nothing else in this version (available: ${available.join(', ')})` : ''),
});

const onlyWith = (path: string, method: Method, given: (draft: InputDraft) => boolean): Contradiction => ({
  paths: [path, 'method'],
  found: draft => draft.method !== method && given(draft),
  text: () => `only with method ${method}`,
});

const contradictions: readonly Contradiction[] = [
  {
    paths: ['method'],
    found: ({ method }, { available }) => method !== 'auto' && !available.includes(method),
    text: ({ method }, { available }) =>
      `"${method}" is not available in this version; available: ${available.join(', ')}, or "auto"`,
  },
  ...ofComparison,
  notWithReplication('filter', 'it always carries everything', ({ filter }) => filter !== null),
  notWithReplication('rename', 'it carries every key as it is', ({ rename }) => rename !== null),
  notWithReplication(
    'onConflict',
    'it replaces the whole dataset, so that no key can conflict',
    ({ onConflict }) => onConflict !== 'fail',
  ),
  notWithReplication(
    'verification.repair',
    'the engine owns the data, and a write of ours would break the replica',
    ({ verification }) => verification.repair,
  ),
  {
    paths: ['cutover.fence', 'method'],
    found: ({ cutover }, { possible }) => possible.every(method => !fencesOf(method).includes(cutover.fence)),
    text: ({ cutover, method }, { possible }) => {
      const choices = [...new Set(possible.flatMap(fencesOf))].join(', ');
      return `"${cutover.fence}" is not available with method ${method === 'auto' ? possible.join(', ') : method}; available: ${choices}`;
    },
  },
  {
    paths: ['target.ifNotEmpty', 'method'],
    found: ({ target }, { possible }) =>
      target.ifNotEmpty === 'wipe' && possible.every(method => !methodTraits[method].replaces),
    text: ({ method }) =>
      `"wipe" is for methods that replace the whole dataset; ${method} adds to what the target has: onConflict says what happens to keys of the same name`,
  },
  ...ofMigrate,
  {
    paths: ['onConflict', 'method'],
    found: ({ method, onConflict }) => method === 'live' && onConflict === 'skip',
    text: () => 'not with method live: what the target has would differ from what the stream of writes is about',
  },
  {
    paths: ['verification.repair', 'method'],
    found: ({ method, verification }) => method === 'live' && verification.repair,
    text: () => 'not with method live: the stream of writes mends what it finds amiss by itself',
  },
  onlyWith('migrate.move', 'migrate', ({ migrate }) => migrate.move),
  {
    paths: ['rename.prefix', 'method'],
    found: ({ method, rename }) => method === 'rdb' && !!rename?.prefix,
    text: () =>
      'not with method rdb: two keys of the snapshot could get one name, which is not looked for there; dump-restore renames them',
  },
  onlyWith('rdb.file', 'rdb', ({ rdb }) => rdb.file !== null),
  {
    paths: ['cutover.notAfter', 'cutover.notBefore'],
    found: ({ cutover: { notBefore, notAfter } }) => notBefore !== null && notAfter !== null && notAfter <= notBefore,
    text: () => 'must be later than cutover.notBefore',
  },
];
