import { escapeText, padEnd, widthOf } from './text.js';

/** Columns as wide as their widest cell, two spaces apart. The cells are escaped. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const all = [header, ...rows].map(row => row.map(escapeText));
  const widths = header.map((_, column) => Math.max(...all.map(row => widthOf(row[column] ?? ''))));
  return all.map(row =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
