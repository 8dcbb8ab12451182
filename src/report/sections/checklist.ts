import { prose } from '../escape.js';
import { between, time } from '../figures.js';
import { type Markdown, section, table } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** Every step of the zero-downtime checklist, whether it was needed or not. */
export function checklistSection({ status }: ReportRecord): Markdown {
  const rows = status.checklist.map(({ step, state, startedAt, endedAt, attempts, detail }) => [
    step,
    state,
    startedAt === null ? '-' : time(startedAt),
    between(startedAt, endedAt),
    String(attempts),
    prose(detail),
  ]);
  return section('Checklist', table(['Step', 'State', 'Began', 'Took', 'Attempts', 'Detail'], rows, 20_000));
}
