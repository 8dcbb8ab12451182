import { messageDescriptions } from '../src/contract/messages.js';
import type { Blocker, MigrationStatus, NextStep } from '../src/contract/status.js';
import { streamText } from '../src/contract/stream-text.js';
import { formatBytes } from '../src/contract/units.js';
import { code, prose } from '../src/report/escape.js';
import { bullets, table } from '../src/report/layout.js';

const mostText = 7000;
const mostDetail = 200;

/**
 * What Temporal's UI shows as current details: where it stands, what it waits for, and what to send next. Markdown; its
 * reader begins a list or a table only after an empty line.
 */
export function toDetails(status: MigrationStatus): string {
  const parts = [
    `**${status.phase}**${status.canCutOver ? ' · ready: send `cutover`' : ''}`,
    bullets([...status.blockers.map(blocked), ...status.nextSteps.map(next)]),
    table(['step', 'state', 'detail'], status.checklist.map(row)),
    figures(status),
    bullets(status.notes.slice(-5).map(note => prose(note))),
  ];
  return parts
    .filter(text => text !== '')
    .join('\n\n')
    .slice(0, mostText);
}

const blocked = ({ step, message, remedy }: Blocker): string =>
  `**${step}** is blocked: ${prose(message)}\n  - ${prose(remedy)}`;

const next = ({ message, argument, why }: NextStep): string => {
  const kind = message in messageDescriptions ? 'signal' : 'query';
  return `${kind} \`${message}\`${argument === undefined ? '' : ` with ${code(argument, 500)}`}: ${why}`;
};

const row = ({ step, state, detail }: MigrationStatus['checklist'][number]): string[] => [
  step,
  state,
  prose(detail, mostDetail),
];

function figures({ progress, cutover, rollback }: MigrationStatus): string {
  const rows = [
    progress.keysTotal === null ? '' : `keys ${progress.keysDone ?? '?'} of ${progress.keysTotal}`,
    progress.lagBytes === null ? '' : `lag ${formatBytes(progress.lagBytes)}, ${progress.lagMs ?? '?'} ms`,
    progress.stream ? streamText(progress.stream) : '',
    cutover?.writePauseMs == null ? '' : `write pause ${cutover.writePauseMs.toFixed(1)} ms`,
    cutover ? `rollback ${rollback.possible ? 'possible' : 'not possible'}: ${prose(rollback.why)}` : '',
  ];
  return rows.filter(text => text !== '').join(' · ');
}
