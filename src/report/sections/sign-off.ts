import { type Markdown, section } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** Only what has ended can be signed. */
export function signOffSection({ outcome }: ReportRecord): Markdown {
  if (outcome === null) return '';
  return section('Sign-off', ['Name: ____________________', 'Date: ____________________'].join('\n\n'));
}
