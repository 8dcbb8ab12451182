import { code, prose } from '../escape.js';
import { time } from '../figures.js';
import { type Markdown, section, table } from '../layout.js';
import type { ChangeRecord, ReportRecord } from '../record.js';

/** Every change made to either server. Those that stand come first. */
export function changesSection({ changes, outcome }: ReportRecord): Markdown {
  const sorted = [...changes.filter(({ undone }) => !undone), ...changes.filter(({ undone }) => undone)];
  const rows = sorted.map(change => [
    change.side,
    prose(change.what, 120),
    code(change.from, 120),
    code(change.to, 120),
    time(change.at),
    undoneText(change),
    prose(change.note ?? '', 300),
  ]);
  const headers = ['Server', 'What', 'From', 'To', 'Changed', 'Undone', 'Note'];
  const none = outcome === null ? '' : 'Nothing was changed on either server.';
  return section('Changes to the servers', rows.length === 0 ? none : table(headers, rows, 20_000));
}

function undoneText({ undone, undoneAt }: ChangeRecord): Markdown {
  if (!undone) return '**no**';
  return undoneAt === null ? 'yes' : time(undoneAt);
}
