import type { CheckResult } from '../../contract/checks.js';
import { prose } from '../escape.js';
import { type Markdown, section, table } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** Failures first, then warnings: what passed may be cut from the end of a long list. */
export function checksSection({ checks, plan }: ReportRecord): Markdown {
  const order = ['failure', 'warning', 'pass'] as const;
  const sorted = order.flatMap(outcome => checks.filter(check => check.outcome === outcome));
  const rows = sorted.map(check => [
    check.name,
    check.side,
    outcomeText(check, plan.accept),
    prose(check.message),
    check.remedy === null || check.outcome === 'pass' ? '' : prose(check.remedy),
  ]);
  return section('Pre-checks', table(['Check', 'Side', 'Outcome', 'Found', 'Remedy'], rows, 32_000));
}

function outcomeText({ name, outcome, final }: CheckResult, accepted: readonly string[]): Markdown {
  const taken = outcome === 'failure' && final !== true && accepted.includes(name);
  return taken ? '**failure, accepted**' : outcome === 'failure' ? '**failure**' : outcome;
}
