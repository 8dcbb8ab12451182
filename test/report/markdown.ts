/** The sections of a report by their headings. */
export function sectionsOf(report: string): Map<string, string> {
  const parts = report.split(/^## /m).slice(1);
  return new Map(parts.map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1).trim()]));
}

/** The rows of the first table in a text, cells without their marks; the head row first. */
export function tableOf(text: string): string[][] {
  const lines = text.split('\n').filter(line => line.startsWith('|'));
  return lines.filter(line => !/^\| ---/.test(line)).map(cellsOf);
}

/** Cuts at pipes that aren't escaped, as GitHub does. */
export const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map(cell => cell.trim());
