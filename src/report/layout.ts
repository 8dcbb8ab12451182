/** A piece of Markdown that is already safe; sections and cells are made of it. */
export type Markdown = string;

const budgets = { table: 8_000, bullets: 5_000 } as const;

/** Empty when nothing is in it: a heading without content says nothing. */
export function section(title: string, ...parts: Markdown[]): Markdown {
  const body = parts.filter(part => part !== '').join('\n\n');
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

/** Rows that go beyond the budget of bytes are counted, not shown. Put the rows that matter first. */
export function table(
  headers: readonly string[],
  rows: readonly Markdown[][],
  budget: number = budgets.table,
): Markdown {
  if (rows.length === 0) return '';
  const lines = rows.map(cells => line(cells));
  const { kept, left } = within(lines, budget);
  const head = [line(headers), line(headers.map(() => '---'))];
  return [...head, ...kept].join('\n') + andMore(left, 'row');
}

/** Figures that stand alone: `- **Write pause:** 12ms`. Those without a value are left out. */
export function facts(rows: readonly (readonly [string, Markdown | null])[]): Markdown {
  const known = rows.filter(([, value]) => value !== null && value !== '');
  return bullets(known.map(([name, value]) => `**${name}:** ${value}`));
}

export function bullets(items: readonly Markdown[], budget: number = budgets.bullets): Markdown {
  const { kept, left } = within(
    items.map(item => `- ${item}`),
    budget,
  );
  return kept.join('\n') + andMore(left, 'line');
}

/** For commands that are pasted into a shell. The content is made by this project, never taken as it came. */
export const shellBlock = (lines: readonly string[]): Markdown => ['```sh', ...lines, '```'].join('\n');

/** What UTF-8 takes, without Node's Buffer: this runs in the workflow's sandbox. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const line = (cells: readonly Markdown[]): string => `| ${cells.map(cell => cell || '-').join(' | ')} |`;

function within(lines: readonly string[], budget: number): { kept: string[]; left: number } {
  const kept: string[] = [];
  let bytes = 0;
  for (const each of lines) {
    bytes += utf8Bytes(each) + 1;
    if (bytes > budget) break;
    kept.push(each);
  }
  return { kept, left: lines.length - kept.length };
}

const andMore = (left: number, what: string): Markdown =>
  left === 0 ? '' : `\n\n... and ${left} more ${left === 1 ? what : `${what}s`}, left out for length.`;
