import { formatDuration } from '../../contract/units.js';
import { code, prose } from '../escape.js';
import { time } from '../figures.js';
import { type Markdown, section, table } from '../layout.js';
import type { ReportRecord } from '../record.js';

export function hooksSection({ hooks }: ReportRecord): Markdown {
  const rows = hooks.map(({ point, name, outcome, at, durationMs, detail }) => [
    prose(point, 40),
    code(name, 80),
    outcome === 'failed' ? '**failed**' : outcome,
    time(at),
    durationMs === null ? '-' : formatDuration(durationMs),
    prose(detail, 300),
  ]);
  return section('Hooks', table(['Point', 'Hook', 'Outcome', 'At', 'Took', 'Detail'], rows));
}
