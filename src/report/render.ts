import { type Markdown, utf8Bytes } from './layout.js';
import type { ReportRecord } from './record.js';
import { applicationSection } from './sections/application.js';
import { attention } from './sections/attention.js';
import { changesSection } from './sections/changes.js';
import { checklistSection } from './sections/checklist.js';
import { checksSection } from './sections/checks.js';
import { cutoverSection, rolledBackSection } from './sections/cutover.js';
import { head } from './sections/head.js';
import { hooksSection } from './sections/hooks.js';
import { nextStepsSection } from './sections/next-steps.js';
import { notesSection } from './sections/notes.js';
import { observationSection } from './sections/observation.js';
import { planSection } from './sections/plan.js';
import { serversSection } from './sections/servers.js';
import { signOffSection } from './sections/sign-off.js';
import { syncSection } from './sections/sync.js';
import { verificationSection } from './sections/verification.js';
import { wayBackSection } from './sections/way-back.js';

/** In the order in which it is read: what happened, what to look at, the proof, the way back. */
const sections: readonly ((record: ReportRecord) => Markdown)[] = [
  head,
  attention,
  nextStepsSection,
  checklistSection,
  cutoverSection,
  rolledBackSection,
  verificationSection,
  applicationSection,
  observationSection,
  syncSection,
  changesSection,
  hooksSection,
  checksSection,
  planSection,
  serversSection,
  notesSection,
  wayBackSection,
  signOffSection,
];

const mostBytes = 190_000;

/** The migration's written record as Markdown, below 200 KB. Pure: the workflow's query renders it in the sandbox. */
export function renderReport(record: ReportRecord): string {
  const kept: Markdown[] = [];
  let bytes = 0;
  for (const text of sections.map(render => render(record)).filter(each => each !== '')) {
    bytes += utf8Bytes(text) + 2;
    if (bytes > mostBytes) return `${[...kept, 'The rest was left out for length.'].join('\n\n')}\n`;
    kept.push(text);
  }
  return `${kept.join('\n\n')}\n`;
}
