import { isSameAddress } from './address.js';
import type { Method } from './input.js';
import type { InputDraft, ServerDraft } from './input-schema.js';
import { ownPrefix } from './own-prefix.js';
import type { Problems } from './problems.js';
import { looksLikeOurs, meetingDatabases, renamedInVain } from './selection.js';

/** What two fields can't both say, or what a method can't do. The first of the paths is the one that is blamed. */
export interface Contradiction<Draft = InputDraft> {
  paths: readonly string[];
  found: (draft: Draft, methods: Methods) => boolean;
  text: (draft: Draft, methods: Methods) => string;
}
/** Two servers, and which keys of them are meant. */
type ComparisonDraft = Pick<InputDraft, 'source' | 'target' | 'filter' | 'rename'>;
export interface Methods {
  available: readonly Method[];
  /** What the migration may come to use: the method, or with `auto` all that are available. */
  possible: readonly Method[];
}

/** Adds what contradicts itself in two servers and the choice of their keys; there is no method. */
export const judgeComparison = (draft: ComparisonDraft, problems: Problems): void =>
  judgeBy(ofComparison, draft, { available: [], possible: [] }, problems);

export const judgeBy = <Draft>(
  table: readonly Contradiction<Draft>[],
  draft: Draft,
  methods: Methods,
  problems: Problems,
): void => {
  table
    .filter(({ paths, found }) => !paths.some(path => problems.refused(path)) && found(draft, methods))
    .forEach(({ paths, text }) => {
      problems.add(paths[0] ?? '', text(draft, methods));
    });
};

/** The same in a single server. */
export const judgeSource = (draft: Record<'source', ServerDraft>, problems: Problems): void =>
  judgeBy(ofServer('source'), draft, { available: [], possible: [] }, problems);

const ofServer = <Side extends 'source' | 'target'>(side: Side): Contradiction<Record<Side, ServerDraft>>[] => {
  const about = (
    paths: string[],
    found: (server: ServerDraft) => boolean,
    text: string,
  ): Contradiction<Record<Side, ServerDraft>> => ({
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

export const ofComparison: readonly Contradiction<ComparisonDraft>[] = [
  {
    paths: ['target.url', 'source.url'],
    found: ({ source, target }) => isSameAddress(source.url, target.url),
    text: () => 'the same address as source.url; a migration needs two servers',
  },
  ...ofServer('source'),
  ...ofServer('target'),
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
];
