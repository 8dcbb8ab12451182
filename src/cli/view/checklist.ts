import type { ChecklistEntry } from '../../contract/status.js';
import { type StepState, stepNames } from '../../contract/steps.js';
import { formatDuration } from '../../contract/units.js';
import { elapsed } from './format.js';
import type { Frame } from './options.js';
import type { Ink } from './paint.js';
import { cut } from './text.js';

const marks: Record<StepState, { symbol: string; ink: Ink }> = {
  pending: { symbol: '·', ink: 'dim' },
  running: { symbol: '▸', ink: 'cyan' },
  passed: { symbol: '✓', ink: 'green' },
  warning: { symbol: '!', ink: 'yellow' },
  failed: { symbol: '✗', ink: 'red' },
  skipped: { symbol: '-', ink: 'dim' },
  undone: { symbol: '↺', ink: 'yellow' },
};
const nameWidth = Math.max(...stepNames.map(name => name.length));
const timeWidth = '59m 59s'.length;

/** A line a step: symbol, name, time taken, detail. */
export const checklistLines = (checklist: readonly ChecklistEntry[], frame: Frame): string[] =>
  checklist.map(entry => stepLine(entry, frame));

/** The steps that went well in one line, those to come in another, the rest as ever. */
export const shortChecklistLines = (checklist: readonly ChecklistEntry[], frame: Frame): string[] => {
  const quiet = (state: StepState) => checklist.filter(entry => entry.state === state).length;
  const others = checklist.filter(({ state }) => state !== 'passed' && state !== 'pending');
  return [
    ...sum(quiet('passed'), 'passed', frame),
    ...checklistLines(others, frame),
    ...sum(quiet('pending'), 'pending', frame),
  ];
};

const sum = (count: number, state: 'passed' | 'pending', { paint }: Frame): string[] => {
  const { symbol, ink } = marks[state];
  return count === 0 ? [] : [`  ${paint(ink, symbol)} ${count} ${count === 1 ? 'step' : 'steps'} ${state}`];
};

const stepLine = (entry: ChecklistEntry, { width, now, paint }: Frame): string => {
  const { symbol, ink } = markOf(entry.state);
  const name = entry.state === 'pending' ? paint('dim', entry.step) : entry.step;
  const start = `  ${paint(ink, symbol)} ${name}${' '.repeat(Math.max(0, nameWidth - entry.step.length))}`;
  const time = timeOf(entry, now).padStart(timeWidth);
  const room = width - 4 - nameWidth - 2 - timeWidth - 2;
  return `${start}  ${paint('dim', time)}  ${cut(detailOf(entry), room)}`.trimEnd();
};

// A newer worker may know states that this command doesn't.
const markOf = (state: StepState) => marks[state] ?? { symbol: '?', ink: 'yellow' };

const timeOf = ({ state, startedAt, endedAt }: ChecklistEntry, now: number): string => {
  const ms = elapsed(startedAt, state === 'running' ? now : endedAt);
  return ms === null ? '' : formatDuration(ms);
};

const detailOf = ({ attempts, detail, state }: ChecklistEntry): string => {
  const attempt = attempts > 1 ? `attempt ${attempts}` : '';
  const shown = detail || (state === 'skipped' || state === 'undone' ? state : '');
  return [attempt, shown].filter(Boolean).join(': ');
};

/** Name and state, for the line-by-line view. */
export const stepText = (entry: ChecklistEntry): string => {
  const ms = elapsed(entry.startedAt, entry.endedAt);
  const took = ms === null ? '' : ` in ${formatDuration(ms)}`;
  const shown = entry.state === 'running' ? '' : detailOf(entry);
  const detail = shown === entry.state ? '' : shown;
  return `${entry.step}: ${entry.state}${took}${detail && `: ${detail}`}`;
};
