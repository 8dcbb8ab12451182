import { code } from '../escape.js';
import { consistency, count, time } from '../figures.js';
import { bullets, facts, type Markdown, section } from '../layout.js';
import type { ReportRecord } from '../record.js';

export const verdicts = {
  running: 'still running',
  consistent: 'consistent: the target holds what the source holds',
  different: 'different: see the numbers and examples',
  unsettled: 'unsettled: some keys kept changing while they were compared',
  skipped: 'skipped, as asked for',
} as const;

export function verificationSection({ status, plan }: ReportRecord): Markdown {
  const { verification: found } = status;
  if (found === null) return '';
  if (found.verdict === 'skipped') return section('Verification', `Verdict: ${verdicts.skipped}.`);
  const numbers = facts([
    ['Verdict', verdicts[found.verdict]],
    ['True at', time(found.at)],
    ['Mode', plan.verification.mode],
    ['Compared', count(found.compared)],
    ['Different', count(found.different)],
    ['Missing on the target', count(found.missing)],
    ['Only on the target', count(found.extra)],
    ['Still changing', count(found.unsettled)],
    ['Consistency', consistency(found.consistency)],
  ]);
  const examples = found.examples.map(key => code(key));
  return section('Verification', numbers, examples.length === 0 ? '' : `Examples:\n\n${bullets(examples)}`);
}
