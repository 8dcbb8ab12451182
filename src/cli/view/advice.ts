import type { Blocker, MigrationStatus, NextStep } from '../../contract/status.js';
import { indented } from './labelled.js';
import type { Frame } from './options.js';

const mostNotes = 5;

/** What stands in the way, each with its remedy. */
export const blockerLines = ({ blockers }: MigrationStatus, frame: Frame): string[] =>
  titled(
    'Blocked',
    'red',
    blockers.slice(0, 10).flatMap(blocker => blockerText(blocker, frame)),
    frame,
  );

const blockerText = ({ step, type, message, remedy }: Blocker, frame: Frame): string[] => [
  ...indented(`${step}: ${type}`, 2, frame),
  ...indented(message, 4, frame),
  ...indented(`Remedy: ${remedy}`, 4, frame),
];

/** What the operator can do now; a command stands on a line of its own, whole, to be copied. */
export const nextStepLines = ({ nextSteps }: MigrationStatus, frame: Frame): string[] =>
  titled(
    'Next',
    'cyan',
    nextSteps.slice(0, 10).flatMap(step => nextStepText(step, frame)),
    frame,
  );

const nextStepText = ({ message, command, why }: NextStep, frame: Frame): string[] => [
  ...indented(why ? `${message} (${why})` : message, 2, frame),
  ...(command ? [`    ${frame.paint('bold', command)}`] : []),
];

/** The latest notes. */
export const noteLines = ({ notes }: MigrationStatus, frame: Frame): string[] =>
  titled(
    'Notes',
    'yellow',
    notes.slice(-mostNotes).flatMap(note => listed(note, frame)),
    frame,
  );

const listed = (note: string, frame: Frame): string[] =>
  indented(note, 4, frame).map((line, index) => (index === 0 ? `  - ${line.trimStart()}` : line));

const titled = (title: string, ink: 'red' | 'cyan' | 'yellow', lines: string[], { paint }: Frame): string[] =>
  lines.length === 0 ? [] : [paint(ink, title), ...lines];
