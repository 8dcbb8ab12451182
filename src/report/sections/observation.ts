import { formatDuration } from '../../contract/units.js';
import { code, prose } from '../escape.js';
import { count, latency, percent } from '../figures.js';
import { bullets, type Markdown, section, table } from '../layout.js';
import type { MeasuredWindow, ReportRecord } from '../record.js';

/** The source before and the target after, side by side. */
export function observationSection({ baseline, observed, observation }: ReportRecord): Markdown {
  const findings = observation === null ? [] : observation.findings.map(text => prose(text));
  const verdict =
    observation && `**${observation.regression ? 'A regression was observed.' : 'No regression observed.'}**`;
  return section(
    'Error rates and latency',
    verdict ?? '',
    bullets(findings),
    comparison(baseline, observed),
    commands('Heaviest commands on the source before', baseline),
    commands('Heaviest commands on the target', observed),
  );
}

type Row = [string, (window: MeasuredWindow) => Markdown];

const rows: Row[] = [
  ['Measured for', ({ seconds }) => formatDuration(seconds * 1000)],
  ['Commands', ({ commands: total }) => count(total)],
  ['Commands per second', ({ opsPerSecond }) => count(opsPerSecond)],
  ['Error rate', ({ errorRate }) => percent(errorRate)],
  ['Errors', ({ errorsByCode }) => codes(errorsByCode)],
  ['Mean execution', ({ latencyMs }) => latency(latencyMs)],
  ['PING there and back', ({ pingMs }) => latency(pingMs)],
];

function comparison(baseline: MeasuredWindow | null, observed: MeasuredWindow | null): Markdown {
  if (baseline === null && observed === null) return '';
  const cell = (window: MeasuredWindow | null, show: Row[1]) => (window === null ? 'not measured' : show(window));
  return table(
    ['Figure', 'Source before', 'Target since the cutover'],
    rows.map(([name, show]) => [name, cell(baseline, show), cell(observed, show)]),
  );
}

function codes(errors: Record<string, number>): Markdown {
  const shown = Object.entries(errors).slice(0, 10);
  return shown.length === 0 ? 'none' : shown.map(([name, times]) => `${code(name, 60)} ${count(times)}`).join(', ');
}

function commands(title: string, window: MeasuredWindow | null): Markdown {
  if (window === null || window.top.length === 0) return '';
  const cells = window.top
    .slice(0, 10)
    .map(({ command, calls, meanMs, p99Ms, failed }) => [
      code(command, 60),
      count(calls),
      latency(meanMs),
      p99Ms === null ? '-' : latency(p99Ms),
      failed === null ? '-' : count(failed),
    ]);
  return `${title}:\n\n${table(['Command', 'Calls', 'Mean', 'p99 since start', 'Failed'], cells)}`;
}
