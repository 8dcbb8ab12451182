import type { MigrationStatus } from '../../contract/status.js';
import { type CliContext, say, sayJson } from '../context.js';
import { changes } from '../view/changes.js';
import { formatClock } from '../view/format.js';
import { escapeText } from '../view/text.js';
import type { Known } from './known.js';
import type { WatchView } from './loop.js';

/** A line at each change, with the time: for logs and pipes. */
export const lineView = ({ stdout }: CliContext): WatchView => {
  let before: MigrationStatus | null = null;
  let warned: Known | null = null;
  const line = (text: string) => say(stdout, `${formatClock(Date.now())} ${text}`);
  const warn = (known: Known) => {
    if (known.warning !== null && warned === null) line(escapeText(known.warning));
    if (known.warning === null && warned?.silentSince) line('answers again');
    warned = known.warning === null ? null : known;
  };
  return {
    show: known => {
      warn(known);
      if (known.status === null || known.status === before) return;
      for (const change of changes(before, known.status)) line(change);
      before = known.status;
    },
    close: () => {},
  };
};

/** The whole status as JSON, a line at each change. */
export const jsonView = (context: CliContext): WatchView => {
  let before = '';
  return {
    show: ({ status }) => {
      const text = JSON.stringify(status);
      if (status === null || text === before) return;
      sayJson(context, status);
      before = text;
    },
    close: () => {},
  };
};
