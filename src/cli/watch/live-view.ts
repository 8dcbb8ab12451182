import type { Output } from '../context.js';
import { withoutPaint } from '../view/paint.js';
import { renderStatus } from '../view/status.js';
import { widthOf } from '../view/text.js';
import type { Known } from './known.js';
import type { WatchView } from './loop.js';

const hideCursor = '\x1b[?25l';
const showCursor = '\x1b[?25h';

/** The status redrawn in place on a terminal. The last frame stays, whole. */
export const liveView = (output: Output, options: { color: boolean }): WatchView => {
  let rows = 0;
  let shown = '';
  let latest: Known | null = null;
  const draw = (lines: readonly string[]) => {
    const text = lines.map(line => `${line}\x1b[K\n`).join('');
    if (text === shown) return;
    // Up to where the frame before began, and away with what the new one leaves of it.
    output.write(`${hideCursor}${rows > 0 ? `\x1b[${rows}A\r` : ''}${text}\x1b[J`);
    shown = text;
    rows = lines.reduce((sum, line) => sum + rowsOf(line, columnsOf(output)), 0);
  };
  return {
    show: known => {
      latest = known;
      draw(fitting(framed(known, output, options.color), output));
    },
    close: () => {
      if (latest !== null) draw(framed(latest, output, options.color, Number.POSITIVE_INFINITY));
      output.write(showCursor);
    },
  };
};

const framed = ({ status, warning }: Known, output: Output, color: boolean, height = rowsIn(output)): string[] => {
  if (status === null) return [warning ?? 'Waiting for the first status...'];
  return renderStatus(status, { width: columnsOf(output), color, now: Date.now(), height, warning });
};

/** What is above the screen's upper edge can't be redrawn. */
const fitting = (lines: readonly string[], output: Output): string[] => {
  let room = rowsIn(output);
  return lines.filter(line => {
    room -= rowsOf(line, columnsOf(output));
    return room >= 0;
  });
};

const rowsIn = ({ rows }: Output): number => Math.max(5, (rows || 24) - 1);
const columnsOf = ({ columns }: Output): number => Math.max(40, columns || 80);

const rowsOf = (line: string, columns: number): number => Math.max(1, Math.ceil(widthOf(withoutPaint(line)) / columns));
