import type { Contradiction } from './comparison.js';
import type { InputDraft } from './input-schema.js';

const about = (path: string, found: (draft: InputDraft) => boolean, text: string): Contradiction => ({
  paths: [path, 'method', 'migrate.move'],
  found: draft => draft.method === 'migrate' && found(draft),
  text: () => text,
});

const moving = (path: string, found: (draft: InputDraft) => boolean, text: string): Contradiction =>
  about(path, draft => draft.migrate.move && found(draft), `not with migrate.move: ${text}`);

/** What the source can't be asked for by MIGRATE, and what can't be said of keys that it no longer has. */
export const ofMigrate: readonly Contradiction[] = [
  about(
    'rename.prefix',
    ({ rename }) => !!rename?.prefix,
    'not with method migrate: MIGRATE sends keys under their own names; dump-restore renames them',
  ),
  moving(
    'cutover.fence',
    ({ cutover }) => cutover.fence === 'park',
    'a parked source is a replica, which deletes nothing; available: auto, none',
  ),
  moving(
    'onConflict',
    ({ onConflict }) => onConflict !== 'fail',
    'a rollback could not tell the keys that the target had before from those that were moved',
  ),
  moving(
    'verification.repair',
    ({ verification }) => verification.repair,
    'the source no longer has what it would copy, and every moved key would be taken for one to delete',
  ),
];
