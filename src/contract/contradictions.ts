import { isSameAddress } from './address.js';
import type { fences, Method } from './input.js';
import type { InputDraft, ServerDraft } from './input-schema.js';
import { ownPrefix } from './own-prefix.js';
import type { Problems } from './problems.js';
import { looksLikeOurs, meetingDatabases, renamedInVain } from './selection.js';

/** What two fields can't both say, or what a method can't do. The first of the paths is the one that is blamed. */
interface Contradiction {
  paths: readonly string[];
  found: (draft: InputDraft, methods: Methods) => boolean;
  text: (draft: InputDraft, methods: Methods) => string;
}
interface Methods {
  available: readonly Method[];
  /** What the migration may come to use: the method, or with `auto` all that are available. */
  possible: readonly Method[];
}

/** Adds every contradiction whose fields were all readable. */
export const judge = (draft: InputDraft, available: readonly Method[], problems: Problems): void => {
  const methods = { available, possible: draft.method === 'auto' ? available : [draft.method] };
  contradictions
    .filter(({ paths, found }) => !paths.some(path => problems.refused(path)) && found(draft, methods))
    .forEach(({ paths, text }) => {
      problems.add(paths[0] ?? '', text(draft, methods));
    });
};

const replicationFences = ['auto', 'park', 'min-replicas'] as const satisfies readonly (typeof fences)[number][];
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

const ofServer = (side: 'source' | 'target'): Contradiction[] => {
  const about = (paths: string[], found: (server: ServerDraft) => boolean, text: string): Contradiction => ({
    paths: paths.map(path => `${side}.${path}`),
    found: draft => found(draft[side]),
    text: () => text,
  });
  return [
    about(
      ['tls', 'url'],
      ({ tls, url }) => tls !== null && !url.encrypted,
      'only with a url that begins with rediss://',
    ),
    about(['tls.key', 'tls.cert'], ({ tls }) => !!tls?.cert && !tls.key, 'missing; tls.cert needs it'),
    about(['tls.cert', 'tls.key'], ({ tls }) => !!tls?.key && !tls.cert, 'missing; tls.key needs it'),
  ];
};

const contradictions: readonly Contradiction[] = [
  {
    paths: ['method'],
    found: ({ method }, { available }) => method !== 'auto' && !available.includes(method),
    text: ({ method }, { available }) =>
      `"${method}" is not available in this version; available: ${available.join(', ')}, or "auto"`,
  },
  {
    paths: ['target.url', 'source.url'],
    found: ({ source, target }) => isSameAddress(source.url, target.url),
    text: () => 'the same address as source.url; a migration needs two servers',
  },
  ...ofServer('source'),
  ...ofServer('target'),
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
    ...notWithReplication(
      'cutover.fence',
      'this fence is not available with it',
      ({ cutover }) => !replicationFences.some(fence => fence === cutover.fence),
    ),
    text: ({ cutover }) =>
      `"${cutover.fence}" is not available with method replication; available: ${replicationFences.join(', ')}`,
  },
  onlyWith('migrate.move', 'migrate', ({ migrate }) => migrate.move),
  onlyWith('rdb.file', 'rdb', ({ rdb }) => rdb.file !== null),
  {
    paths: ['rename.databases', 'filter.databases'],
    found: draft => renamedInVain(draft).length > 0,
    text: draft => `database ${renamedInVain(draft).join(', ')} is not in filter.databases`,
  },
  {
    paths: ['rename.databases', 'filter.databases'],
    found: draft => meetingDatabases(draft) !== null,
    text: draft => {
      const { sources, target } = meetingDatabases(draft) ?? { sources: [], target: '' };
      return (
        `databases ${sources.join(' and ')} would both go to database ${target}, where their keys could meet; ` +
        'give them different numbers, or leave one out by filter.databases'
      );
    },
  },
  {
    paths: ['rename.prefix.to'],
    found: looksLikeOurs,
    text: () => `names that begin with ${ownPrefix} are kept for the migration itself`,
  },
  {
    paths: ['cutover.notAfter', 'cutover.notBefore'],
    found: ({ cutover: { notBefore, notAfter } }) => notBefore !== null && notAfter !== null && notAfter <= notBefore,
    text: () => 'must be later than cutover.notBefore',
  },
];
