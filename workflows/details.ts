import type { MigrationStatus } from '../src/contract/status.js';
import { formatBytes } from '../src/contract/units.js';

const mostText = 7000;

/** What Temporal's UI shows as current details: where it stands, what it waits for, and what to send next. Markdown. */
export function toDetails(status: MigrationStatus): string {
  const parts = [
    `**${status.phase}**${status.canCutOver ? ' · ready: send `cutover`' : ''}`,
    ...status.blockers.map(({ step, message, remedy }) => `- **${step}** is blocked: ${message}\n  - ${remedy}`),
    ...status.nextSteps.map(({ message, why }) => `- signal \`${message}\`: ${why}`),
    ['```', ...status.checklist.map(row), '', figures(status), '```'].join('\n'),
    ...status.notes.slice(-5).map(note => `- ${note}`),
  ];
  return parts.join('\n').slice(0, mostText);
}

const row = ({ step, state, detail }: MigrationStatus['checklist'][number]): string =>
  `${step.padEnd(18)} ${state.padEnd(8)} ${detail}`.slice(0, 120).trimEnd();

function figures({ progress, cutover, rollback }: MigrationStatus): string {
  const rows = [
    progress.keysTotal === null ? '' : `keys ${progress.keysDone ?? '?'} of ${progress.keysTotal}`,
    progress.lagBytes === null ? '' : `lag ${formatBytes(progress.lagBytes)}, ${progress.lagMs ?? '?'} ms`,
    cutover?.writePauseMs == null ? '' : `write pause ${cutover.writePauseMs.toFixed(1)} ms`,
    cutover ? `rollback ${rollback.possible ? 'possible' : 'not possible'}: ${rollback.why}` : '',
  ];
  return rows.filter(text => text !== '').join('\n');
}
