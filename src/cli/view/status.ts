import type { MigrationStatus } from '../../contract/status.js';
import { blockerLines, nextStepLines, noteLines } from './advice.js';
import { checklistLines, shortChecklistLines } from './checklist.js';
import { cutoverText, exampleTexts, fenceText, rollbackText, verificationText } from './facts.js';
import { indented, labelled } from './labelled.js';
import type { Frame, RenderOptions } from './options.js';
import { painter } from './paint.js';
import { viewOfPhase } from './phase.js';
import { progressLines } from './progress.js';
import { cut, escapeAll } from './text.js';

/** The whole status as lines for a terminal. Pure; whatever the status holds, no control sequence but our colours comes out. */
export const renderStatus = (status: MigrationStatus, options: RenderOptions): string[] => {
  const frame: Frame = { width: options.width, now: options.now, paint: painter(options.color) };
  const safe = escapeAll(status);
  const warning = escapeAll(options.warning ?? '');
  const whole = sections(safe, warning, checklistLines, frame);
  if (whole.length <= (options.height ?? Number.POSITIVE_INFINITY)) return whole;
  return sections(safe, warning, shortChecklistLines, frame);
};

const sections = (status: MigrationStatus, warning: string, checklist: typeof checklistLines, frame: Frame): string[] =>
  [
    titleLines(status, warning, frame),
    checklist(status.checklist, frame),
    factLines(status, frame),
    blockerLines(status, frame),
    nextStepLines(status, frame),
    noteLines(status, frame),
  ]
    .filter(lines => lines.length > 0)
    .flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));

const titleLines = ({ name, method, phase }: MigrationStatus, warning: string, frame: Frame): string[] => {
  const { meaning, ink } = viewOfPhase(phase);
  const shown = cut(`${phase}: ${meaning}`, frame.width - method.length - 6);
  return [
    frame.paint('bold', cut(name, frame.width)),
    `${frame.paint(ink, shown)} (by ${method})`,
    ...(warning ? indented(warning, 0, frame).map(line => frame.paint('yellow', line)) : []),
  ];
};

const factLines = (status: MigrationStatus, frame: Frame): string[] => {
  const { verification, fence, rollback } = status;
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['Verified', [verificationText(verification), ...exampleTexts(verification)]],
    ['Fence', [fenceText(fence, frame.now)]],
    ['Cutover', [cutoverText(status)]],
    ['Rollback', rollback.possible || (status.cutover && rollback.why) ? [rollbackText(rollback)] : []],
  ];
  const known = rows.flatMap(([label, texts]) => labelled(label, texts.filter(Boolean), frame));
  return [...progressLines(status, frame), ...known];
};
