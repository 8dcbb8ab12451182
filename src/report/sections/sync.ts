import { between, bytes, count, time } from '../figures.js';
import { facts, type Markdown, section } from '../layout.js';
import type { ReportRecord } from '../record.js';

export function syncSection({ sync }: ReportRecord): Markdown {
  if (sync === null) return '';
  const seconds = (Date.parse(sync.syncedAt ?? '') - Date.parse(sync.startedAt ?? '')) / 1000;
  const speed = sync.bytes !== null && seconds > 0 ? `${bytes(sync.bytes / seconds)}/s` : null;
  return section(
    'Synchronization',
    facts([
      ['Began', time(sync.startedAt)],
      ['Target in sync', time(sync.syncedAt)],
      ['Took', between(sync.startedAt, sync.syncedAt)],
      ['Keys', count(sync.keys)],
      ['Data', bytes(sync.bytes)],
      ['Speed', speed],
      ['Full syncs', sync.fullSyncs === null ? null : count(sync.fullSyncs)],
      ['Partial syncs', sync.partialSyncs === null ? null : count(sync.partialSyncs)],
    ]),
  );
}
